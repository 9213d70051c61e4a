// Both builds, with and without isolation: the page starts, says truthfully what it is, and learns.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { open_browser, state, test } from './helpers.mjs';

let tools;
before(async () => { tools = await open_browser(); });
after(() => tools.close());

for (const build of ['simd', 'relaxed']) {
  for (const isolation of [true, false]) {
    test(`${build}, ${isolation ? 'isolated' : 'not isolated'}: learns the spiral and the digits`, async () => {
      const page = await tools.open({ isolation, query: `build=${build}` });
      const now = await state(page);
      assert.equal(now.build, build);
      assert.equal(now.isolated, isolation);
      const cores = await page.evaluate(() => navigator.hardwareConcurrency);
      assert.equal(now.threads, isolation ? Math.min(Math.max(cores - 1, 1), 4) : 0);

      const learn = (preset, epochs, goal) => page.evaluate(async ([name, at_most, wanted]) => {
        await myelin.set(name);
        const begin = performance.now();
        let seen = myelin.state();
        while (seen.epoch < at_most) {
          seen = await myelin.run({ epochs: 25 });
          if (wanted.loss ? seen.test.loss < wanted.loss : seen.test.accuracy > wanted.accuracy) break;
        }
        return { ...seen, seconds: (performance.now() - begin) / 1000 };
      }, [preset, epochs, goal]);

      const spiral = await learn('spiral', 3000, { loss: 0.05 });
      assert.ok(spiral.test.loss < 0.05, `spiral: test loss ${spiral.test.loss} at epoch ${spiral.epoch}`);
      const digits = await learn('digits', 500, { accuracy: 0.95 });
      assert.ok(digits.test.accuracy > 0.95, `digits: test accuracy ${digits.test.accuracy} at epoch ${digits.epoch}`);
      console.log(`  ${build} ${isolation ? 'isolated' : 'sliced'}: spiral ${spiral.test.loss.toFixed(4)} at epoch ${spiral.epoch} in ${
        spiral.seconds.toFixed(1)} s; digits ${(digits.test.accuracy * 100).toFixed(1)} % at epoch ${digits.epoch} in ${digits.seconds.toFixed(1)} s`);
      await page.finish();
    });
  }
}

test('both builds, threads or slices: the same weights after the same steps', async () => {
  const weights = [];
  for (const [build, isolation] of [['simd', true], ['simd', false], ['relaxed', true]]) {
    const page = await tools.open({ isolation, query: `build=${build}` });
    weights.push(await page.evaluate(async () => {
      await myelin.set('spiral');
      await myelin.run({ steps: 200 });
      return JSON.stringify(myelin.weights());
    }));
    await page.finish();
  }
  assert.ok(weights[0].length > 100);
  assert.equal(weights[1], weights[0]);
  assert.equal(weights[2], weights[0]);
});

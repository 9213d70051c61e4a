// Both builds, with and without isolation: the page starts, says truthfully what it is, and learns.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { colours, difference, find_fill, open_browser, picture, settle, state, test } from './helpers.mjs';

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

test('an autoencoder is shown with what it rebuilds, never as a classifier', async () => {
  const page = await tools.open({ hash: 'preset=digits', query: 'theme=light&lang=en' });
  await page.evaluate(() => myelin.run({ epochs: 1 }));
  await settle(page);
  const kBad = 0xB3261E;  // frames of wrong answers
  const output = { left: 910, top: 100, right: 1268, bottom: 500 };
  assert.ok(find_fill(await picture(page), kBad, output), 'a classifier has wrong answers');
  await page.evaluate(() => myelin.set('autoencoder'));
  await settle(page);
  const untrained = await picture(page);
  assert.equal(find_fill(untrained, kBad, output), null, 'rebuilt images are neither right nor wrong');
  const trained = await page.evaluate(() => myelin.run({ epochs: 60 }));
  assert.equal(trained.test.accuracy, null);
  assert.ok(trained.test.loss < 3, `loss ${trained.test.loss}`);
  await settle(page);
  const changed = difference(crop(untrained, output), crop(await picture(page), output));
  assert.ok(changed > 0.15, `what it rebuilds changes with training: ${(changed * 100).toFixed(1)} % of the pixels`);
  // On other data it stays one: two coordinates in, two out.
  await page.evaluate(() => myelin.set('data=spiral&net=dense(units:8)dense(units:2,activation:linear)&loss=reconstruction'));
  await settle(page);
  assert.equal((await state(page)).test.accuracy, null);
  await page.finish();
});

test('sequences and sentences are listed with the answers, and the network shows the chosen one', async () => {
  const page = await tools.open({ hash: 'preset=sine_lstm', query: 'theme=light&lang=en' });
  const kBad = 0xB3261E, output = { left: 910, top: 100, right: 1268, bottom: 500 }, network = { left: 290, top: 150, right: 890, bottom: 560 };
  await settle(page);
  const untrained = await picture(page);
  await page.evaluate(() => myelin.run({ epochs: 30 }));
  await settle(page);
  const trained = await picture(page);
  const moved = difference(crop(untrained, output), crop(trained, output));
  assert.ok(moved > 0.005, `predictions move with training: ${(moved * 100).toFixed(2)} % of the pixels`);
  assert.equal(find_fill(trained, kBad, output), null, 'values to predict are neither right nor wrong');
  // "In order", so that the cells keep their samples.
  const chosen = async (x, y) => {
    await page.mouse.click(x, y);
    await page.mouse.move(640, 790);
    await settle(page);
    return crop(await picture(page), network);
  };
  await page.mouse.click(1170, 141);
  const first = await chosen(1000, 230), second = await chosen(1160, 230);
  assert.ok(difference(first, second) > 0.02, 'another sample, other values');
  await page.evaluate(() => myelin.set('reviews_bag'));
  await page.evaluate(() => myelin.run({ epochs: 2 }));
  await settle(page);
  const reviews = await picture(page);
  assert.ok(find_fill(reviews, kBad, output), 'a classifier of sentences has wrong answers');
  assert.ok(difference(crop(trained, output), crop(reviews, output)) > 0.05);
  await page.finish();
});

test('a network that reads pictures shows the maps of the chosen one, and what is cut out is no class', async () => {
  const page = await tools.open({ hash: 'preset=lenet5', query: 'theme=light&lang=en' });
  await page.evaluate(() => myelin.run({ epochs: 1 }));
  await settle(page);
  await page.mouse.click(1170, 141);  // "In order"
  const maps = { left: 388, top: 214, right: 426, bottom: 504 };
  const chosen = async (x, y) => {
    await page.mouse.click(x, y);
    await page.mouse.move(640, 790);
    await settle(page);
    return crop(await picture(page), maps);
  };
  const first = await chosen(970, 215), second = await chosen(1080, 215);
  assert.ok(colours(first) > 100, `a map is a picture: ${colours(first)} colours`);
  assert.ok(difference(first, second) > 0.3, 'another picture, other maps');
  await page.evaluate(() => myelin.set('segmenter'));
  await page.evaluate(() => myelin.run({ epochs: 1 }));
  await settle(page);
  assert.equal(find_fill(await picture(page), 0xB3261E, { left: 910, top: 100, right: 1268, bottom: 500 }), null, 'masks are neither right nor wrong');
  await page.finish();
});

/** A region of a picture. */
function crop(image, { left, top, right, bottom }) {
  const { channels } = image, row = (right - left) * channels;
  const pixels = Buffer.concat(Array.from({ length: bottom - top }, (_, y) => {
    const from = ((top + y) * image.width + left) * channels;
    return image.pixels.subarray(from, from + row);
  }));
  return { ...image, width: right - left, height: bottom - top, pixels };
}

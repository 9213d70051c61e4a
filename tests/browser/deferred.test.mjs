// The program's second half: asked for after the first picture and not before, waited for when it is late, by threads and by the
// page itself, and a sentence when it cannot be had. "seven-parameters" trains in f64, whose code is in the second half.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test as node_test } from 'node:test';
import { eventually, kRoot, open_browser, state } from './helpers.mjs';

const kSecondHalf = '**/*.deferred.wasm';
const kDist = process.env.MYELIN_DIST ?? path.join(kRoot, 'dist');
const kPatienceMs = 20000;
// Where a program is in one piece (no wasm-split at hand) there is nothing to test; setup's own toolchain has it.
const skip = fs.existsSync(path.join(kDist, 'myelin-simd.deferred.wasm')) ? false : 'the program is in one piece';

const test = (name, body) => node_test(name, { timeout: 120_000, skip }, body);

let tools;
before(async () => { tools = await open_browser(); });
after(() => tools.close());

const combinations = ['simd', 'relaxed'].flatMap((build) => [true, false].map((isolation) => ({ build, isolation })));
const name_of = ({ build, isolation }) => `${build}, ${isolation ? 'isolated' : 'not isolated'}`;

/** Trains with code of the second half and returns the last state. */
const train_in_f64 = (page) => page.evaluate(async () => {
  await myelin.set('seven-parameters');
  return myelin.run({ epochs: 20 });
});

/** Holds the second half back: by so many milliseconds, or for ever when that is null. Returns how often it was asked for. */
async function hold(page, delay_ms) {
  const asked = { count: 0 };
  await page.route(kSecondHalf, async (route) => {
    asked.count += 1;
    if (delay_ms === null) return route.abort();
    await new Promise((done) => setTimeout(done, delay_ms));
    return route.continue();
  });
  return asked;
}

for (const combination of combinations) {
  const { build, isolation } = combination;
  test(`${name_of(combination)}: the second half comes after the first picture, once, and the first run does not need it`, async () => {
    let asked;
    const page = await tools.open({ isolation, query: `build=${build}`, route: async (own) => { asked = await hold(own, null); } });
    const times = await page.evaluate(() => ({
      picture: performance.getEntriesByName('myelin-first-frame')[0].startTime,
      program: performance.getEntriesByType('resource').filter((entry) => entry.name.endsWith('.wasm')).map((entry) => entry.startTime) }));
    for (const start of times.program.slice(1)) assert.ok(start >= times.picture, `asked for at ${start} ms, first picture at ${times.picture} ms`);
    const now = await page.evaluate(() => myelin.run({ epochs: 50 }));
    assert.ok(now.epoch >= 50);
    assert.equal(await page.isVisible('#problem'), false, 'drawing and the spiral need the second half: run tools/record_first_frame.mjs');
    assert.ok(asked.count > 0);
    await page.finish({ allow: /ERR_FAILED/ });
  });

  test(`${name_of(combination)}: code of the second half runs, also when it comes two seconds late`, async () => {
    const at_once = await tools.open({ isolation, query: `build=${build}` });
    const expected = await train_in_f64(at_once);
    assert.equal(expected.epoch, 20);
    const requests = at_once.seen.requests.filter((url) => url.endsWith('.deferred.wasm'));
    assert.ok(requests.length >= 1 && requests.length <= 2, `asked for ${requests.length} times`);
    await at_once.finish();

    const late = await tools.open({ isolation, query: `build=${build}`, route: (own) => hold(own, 2000) });
    const begin = Date.now();
    const seen = await train_in_f64(late);
    assert.ok(Date.now() - begin < kPatienceMs);
    assert.equal(seen.epoch, 20);
    assert.equal(seen.train.loss, expected.train.loss);
    await late.finish({ allow: /Synchronous XMLHttpRequest/ });
  });
}

for (const isolation of [true, false]) {
  test(`${isolation ? 'isolated' : 'not isolated'}: a link into the second half opens, also when it is late`, async () => {
    const page = await tools.open({ isolation, query: 'build=simd', hash: 'data=seven_parameters&train.arithmetic=f64', ready: false, route: (own) => hold(own, 1000) });
    const now = await eventually(() => page.evaluate(() => (document.querySelector('.ready') ? myelin.state() : null)), (seen) => seen?.settled, 'opened',
      kPatienceMs);
    assert.equal(now.error ?? null, null);
    assert.equal((await page.evaluate(() => myelin.run({ epochs: 2 }))).epoch, 2);
    await page.finish({ allow: /Synchronous XMLHttpRequest/ });
  });

  test(`${isolation ? 'isolated' : 'not isolated'}: a second half that cannot be had is a sentence, in both languages`, async () => {
    for (const [language, sentence] of [['en', /could not be downloaded.*Reload/s], ['fr', /n’a pas pu être téléchargé.*Recharger/s]]) {
      const page = await tools.open({ isolation, query: `build=simd&lang=${language}`, route: (own) => hold(own, null) });
      const answer = page.evaluate(() => myelin.set('seven-parameters').then(() => 'taken', (error) => error.message));
      await page.waitForSelector('#problem:not([hidden])', { timeout: kPatienceMs });
      assert.match(await page.innerText('#problem'), sentence);
      assert.equal((await page.innerText('#problem')).startsWith(await answer), true);
      await page.finish({ allow: /ERR_FAILED|could not be downloaded|n’a pas pu être téléchargé|Synchronous XMLHttpRequest/ });
    }
  });

  test(`${isolation ? 'isolated' : 'not isolated'}: halves of two builds never meet`, async () => {
    // The last bytes are the mark that both halves carry.
    const other = fs.readFileSync(path.join(kDist, 'myelin-simd.deferred.wasm'));
    other[other.length - 1] ^= 1;
    const page = await tools.open({ isolation, query: 'build=simd',
      route: (own) => own.route(kSecondHalf, (route) => route.fulfill({ body: other, contentType: 'application/wasm' })) });
    await page.evaluate(() => { myelin.set('seven-parameters').catch(() => {}); });
    await page.waitForSelector('#problem:not([hidden])', { timeout: kPatienceMs });
    assert.match(await page.innerText('#problem'), /could not be downloaded/);
    await page.finish({ allow: /could not be downloaded/ });
  });

  test(`${isolation ? 'isolated' : 'not isolated'}: a connection that comes back is enough`, async () => {
    let refusals = 2;
    const page = await tools.open({ isolation, query: 'build=simd', route: (own) => own.route(kSecondHalf, (route) => (refusals-- > 0 ? route.abort() : route.continue())) });
    await eventually(() => page.evaluate(() => performance.getEntriesByType('resource').some((entry) =>
      entry.name.endsWith('.deferred.wasm') && entry.responseStatus === 200)), Boolean, 'tried again', kPatienceMs);
    assert.equal((await train_in_f64(page)).epoch, 20);
    assert.equal((await state(page)).error ?? null, null);
    await page.finish({ allow: /ERR_FAILED/ });
  });
}

test('a page that is left at once is left without a word', async () => {
  const page = await tools.open({ query: 'build=simd', route: (own) => hold(own, 1000) });
  for (let i = 0; i < 3; ++i) {
    await page.reload();
    await page.evaluate(() => myelin.ready);
  }
  await page.finish({ allow: /net::ERR_ABORTED/ });
});

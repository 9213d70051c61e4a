// The first second: what is transferred, when the first picture stands, and what is said where something is missing.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { open_browser, state, test } from './helpers.mjs';

let tools;
before(async () => { tools = await open_browser(); });
after(() => tools.close());

test('the first picture stands within a second of a warm start, from our own origin only', async () => {
  const page = await tools.open();
  const cold = (await state(page)).first_frame_ms;
  const transfer = await page.evaluate(() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
    .filter((entry) => entry.responseEnd <= performance.getEntriesByName('myelin-first-frame')[0].startTime)
    .reduce((sum, entry) => sum + entry.transferSize, 0));
  const warm = [];
  for (let i = 0; i < 5; ++i) {
    await page.reload();
    await page.evaluate(() => myelin.ready);
    warm.push((await state(page)).first_frame_ms);
  }
  const best = Math.min(...warm);
  console.log(`  first picture: cold ${cold} ms, warm ${warm.join(', ')} ms; transferred before it ${(transfer / 1024).toFixed(1)} KB`);
  assert.ok(best <= 1000, `warm first picture after ${best} ms`);
  assert.ok(transfer > 10000 && transfer <= 350 * 1024 + 16 * 1024, `transferred ${transfer} bytes`);  // 16 KB: headers
  await page.finish({ allow: /net::ERR_ABORTED/ });  // what a reload cuts off
});

test('the skeleton is readable before the program is there, in both languages, and the bar follows the download', async () => {
  for (const [query, sentence] of [['lang=en', 'See a neural network learn'], ['lang=fr', 'Voyez un réseau de neurones']]) {
    const held = [];
    // The second half comes by itself, and may still be on its way when the page is closed.
    const page = await tools.open({ query, ready: false, route: (own) => own.route(/myelin-\w+\.wasm/, (route) => held.push(route)) });
    assert.match(await page.innerText('#skeleton'), new RegExp(sentence));
    assert.equal(await page.isVisible('#skeleton'), true);
    assert.equal(await page.isVisible('#canvas'), false);
    await Promise.all(held.map((route) => route.continue()));
    await page.waitForSelector('.ready');
    assert.equal(await page.isVisible('#skeleton'), false);
    assert.equal(await page.isVisible('#canvas'), true);
    assert.equal(await page.getAttribute('#progress', 'aria-valuenow'), '100');
    assert.equal((await state(page)).language, query.slice(5));
    await page.finish({ allow: /deferred\.wasm net::ERR_ABORTED/ });
  }
});

const missing = {
  webgl: {
    sentence: { en: /WebGL 2/, fr: /WebGL 2, qui manque/ },
    before: () => {
      const original = HTMLCanvasElement.prototype.getContext;
      HTMLCanvasElement.prototype.getContext = function (kind, ...rest) { return /webgl/.test(kind) ? null : original.call(this, kind, ...rest); };
    },
  },
  simd: {
    sentence: { en: /WebAssembly with SIMD/, fr: /WebAssembly avec SIMD/ },
    before: () => { WebAssembly.validate = () => false; },
  },
  modules: {
    sentence: { en: /too old/, fr: /trop ancien/ },
    before: () => { delete HTMLScriptElement.prototype.noModule; },
  },
  memory: {
    sentence: { en: /refuses the memory/, fr: /refuse la mémoire/ },
    before: () => {
      WebAssembly.Memory = class { constructor() { throw new RangeError('no'); } };
    },
  },
};
for (const [what, { sentence, before: prepare }] of Object.entries(missing)) {
  test(`missing ${what}: a sentence in the visitor's language, never a blank page`, async () => {
    for (const language of ['en', 'fr']) {
      const page = await tools.open({ ready: false, before: prepare, context: { locale: language === 'fr' ? 'fr-FR' : 'en-GB' } });
      await page.waitForSelector('#problem:not([hidden])', { timeout: 10000 });
      assert.match(await page.innerText('#problem'), sentence[language]);
      assert.equal(await page.isVisible('#progress'), false);
      if (what !== 'modules') assert.match(await page.evaluate(() => myelin.ready.catch((error) => error.message)), sentence[language]);
      await page.finish();
    }
  });
}

test('no JavaScript: a sentence in both languages', async () => {
  const page = await tools.open({ ready: false, context: { javaScriptEnabled: false } });
  const text = await page.innerText('body');
  assert.match(text, /needs JavaScript/);
  assert.match(text, /besoin de JavaScript/);
  await page.finish({ allow: /\bcsp$/ });  // the preloads that scripts would have used
});

test('a program that cannot be downloaded: a sentence and a way to try again', async () => {
  const page = await tools.open({ ready: false, route: (own) => own.route('**/*.wasm', (route) => route.abort()) });
  await page.waitForSelector('#problem:not([hidden])');
  assert.match(await page.innerText('#problem'), /could not be downloaded.*Reload/s);
  await page.finish({ allow: /ERR_FAILED|\.wasm/ });
});

test('refused storage, clipboard and history: it starts and trains all the same', async () => {
  const page = await tools.open({ before: () => {
    const refuse = () => { throw new DOMException('refused', 'SecurityError'); };
    Object.defineProperty(window, 'localStorage', { get: refuse });
    Object.defineProperty(navigator, 'clipboard', { value: undefined });
    history.replaceState = refuse;
  } });
  const now = await page.evaluate(async () => {
    await myelin.set('xor');
    return myelin.run({ epochs: 2 });
  });
  assert.ok(now.epoch >= 2);
  await page.waitForTimeout(700);  // the address is written after half a second
  await page.finish();
});

// A page that was opened in the background and that nobody has seen yet: it can be driven, and is drawn once it is seen.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { open_browser, pictures_drawn, test } from './helpers.mjs';

let tools;
before(async () => { tools = await open_browser(); });
after(() => tools.close());

// What a browser does with such a tab: it is hidden, and no animation frame comes.
function hide() {
  const waiting = [];
  const frame = window.requestAnimationFrame.bind(window);
  let hidden = true;
  Object.defineProperty(document, 'hidden', { get: () => hidden });
  Object.defineProperty(document, 'visibilityState', { get: () => (hidden ? 'hidden' : 'visible') });
  window.requestAnimationFrame = (callback) => (hidden ? waiting.push(callback) : frame(callback));
  window.show_page = () => {
    hidden = false;
    document.dispatchEvent(new Event('visibilitychange'));
    for (const callback of waiting) frame(callback);
  };
}

for (const isolation of [true, false]) {
  test(`${isolation ? 'isolated' : 'not isolated'}: a page that nobody has seen can be driven`, async () => {
    const page = await tools.open({ isolation, before: hide, ready: false });
    await page.waitForFunction(() => window.myelin?.ready);
    const now = await page.evaluate(async () => {
      await myelin.ready;
      await myelin.set('digits');  // fetches its images
      return myelin.run({ steps: 20 });
    });
    assert.ok(now.step >= 20, JSON.stringify(now));
    assert.equal(now.first_frame_ms, undefined);
    assert.equal(await pictures_drawn(page), 0);
    await page.evaluate(() => window.show_page());
    await page.waitForSelector('.ready', { timeout: 10000 });
    assert.ok(await pictures_drawn(page) > 0);
    assert.ok(await page.evaluate(() => myelin.state().first_frame_ms) > 0);
    await page.finish({ allow: /Synchronous XMLHttpRequest/ });
  });
}

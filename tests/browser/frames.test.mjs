// While it trains flat out: what a picture costs us, and that the display's rate is reached where drawing is not the limit. In
// this browser the processor draws too, on the cores that train. And that drawing only what changed leaves the same pixels.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { decode_png, difference, eventually, open_browser, pictures_drawn, settle, test } from './helpers.mjs';

const kMostTrianglesKilo = 11;   // 57 at first, 28 with textured quads, 7.5 when only what changed is drawn
const kLeastPicturesRunning = 36, kLeastPicturesFlatOut = 18;  // 59 and 44 on two quiet cores; 26 and 16 at first

let tools;
before(async () => { tools = await open_browser(); });
after(() => tools.close());

// Notes for each picture how long our script ran, and how much it asked the graphics for.
function watch_frames() {
  window.pictures = [];
  window.corners = 0;
  const frame = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (callback) => frame((time) => {
    const begin = performance.now();
    window.corners = 0;
    callback(time);
    // One that came out as the one before is not counted.
    if (window.corners > 0) window.pictures.push({ ms: performance.now() - begin, triangles: window.corners / 3 });
  });
  const draw = WebGL2RenderingContext.prototype.drawElements;
  WebGL2RenderingContext.prototype.drawElements = function (mode, count, ...rest) {
    window.corners += count;
    return draw.call(this, mode, count, ...rest);
  };
}

async function train(width, height, { flat_out = true } = {}) {
  const page = await tools.open({ before: watch_frames, context: { viewport: { width, height } } });
  await page.evaluate(() => myelin.set('spiral'));
  await page.evaluate((fast) => fast && void myelin.run(), flat_out);
  if (!flat_out) {
    await page.locator('#canvas').focus();
    await page.keyboard.press('Space');  // as the run button
  }
  const seen = await page.evaluate(async () => {
    const first = myelin.state().step;
    await new Promise((done) => setTimeout(done, 1500));
    window.pictures.length = 0;
    const [begin, looks] = [performance.now(), window.pictures_drawn];
    await new Promise((done) => setTimeout(done, 3000));
    const now = myelin.state();
    const ms = window.pictures.map((one) => one.ms).sort((a, b) => a - b);
    const kilo = window.pictures.map((one) => one.triangles / 1000).sort((a, b) => a - b);
    const seconds = (performance.now() - begin) / 1000;
    return { running: now.running, steps: now.step - first, fps: ms.length / seconds, looks: (window.pictures_drawn - looks) / seconds, median: ms[ms.length >> 1],
      p95: ms[Math.floor(ms.length * 0.95)], kilo: kilo[kilo.length >> 1] };
  });
  console.log(`  ${width}x${height}, ${flat_out ? 'flat out' : '200 batches/s'}: ${seen.fps.toFixed(1)} pictures/s (${seen.looks.toFixed(1)} with those that came out as the last); script ${
    seen.median.toFixed(1)} ms (p95 ${seen.p95.toFixed(1)}); ${seen.kilo.toFixed(1)} thousand triangles`);
  assert.ok(seen.running && seen.steps > 0, 'it trains meanwhile');
  await page.finish();
  return seen;
}

/** The best of three: another program may have needed the cores. */
async function best_of(rate, least, ...how) {
  let best = 0;
  for (let i = 0; i < 3 && best < least; ++i) best = Math.max(best, (await train(...how))[rate]);
  assert.ok(best >= least, `${best} pictures/s`);
}

test('a whole page: our script takes less than half of a picture\'s time, and asks for few triangles', async () => {
  const seen = await train(1280, 800);
  assert.ok(seen.median < 8, `${seen.median} ms`);
  assert.ok(seen.kilo < kMostTrianglesKilo, `${seen.kilo} thousand triangles`);
});

test('a whole page is drawn often, also where the processor draws and trains', async () => {
  await best_of('fps', kLeastPicturesFlatOut, 1280, 800);
  await best_of('fps', kLeastPicturesRunning, 1280, 800, { flat_out: false });
});

// Its pictures change when there is a snapshot; it looks for one at every picture of the display.
test('a small page is drawn at the display\'s rate', () => best_of('looks', 50, 200, 150));

for (const [width, height, ratio, theme, lang] of [[1280, 800, 1, 'light', 'en'], [700, 600, 1.25, 'dark', 'fr'], [390, 844, 2, 'light', 'fr']]) {
  test(`${width}x${height} at ratio ${ratio}: drawing only what changed leaves the pixels of drawing everything`, async () => {
    const page = await tools.open({ before: watch_frames, query: `theme=${theme}&lang=${lang}`, context: { viewport: { width, height }, deviceScaleFactor: ratio } });
    const same = async (what) => {
      // Whatever only waited for another picture (a tooltip) comes with these.
      for (let i = 0; i < 2; ++i) {
        await page.evaluate(() => window.dispatchEvent(new Event('focus')));
        await settle(page, 250);
      }
      const drawn = await pictures_drawn(page);
      const parts = decode_png(await page.screenshot());
      await page.evaluate(() => window.dispatchEvent(new UIEvent('resize')));
      await eventually(() => pictures_drawn(page), (now) => now > drawn, 'all of it is drawn');
      const whole = decode_png(await page.screenshot());
      assert.equal(difference(parts, whole, 0), 0, what);
    };
    await settle(page);
    const all = await page.evaluate(() => {
      window.corners = 0;
      window.dispatchEvent(new UIEvent('resize'));
      return window.corners;
    });
    await page.evaluate(async () => { window.pictures.length = 0; await myelin.run({ epochs: 60 }); });
    const most = await page.evaluate(() => window.pictures.map((one) => one.triangles).sort((a, b) => a - b)[window.pictures.length >> 1]);
    assert.ok(all > 0 && most < 0.9 * all / 3, `${most} triangles of ${all / 3}: only a part is drawn`);
    await same('after a run');
    // Things that light up, tooltips that come and go, a list that opens over the cards.
    for (const [x, y] of [[0.5, 0.4], [0.85, 0.3], [0.45, 0.03], [0.3, 0.6]]) {
      await page.mouse.move(x * width, y * height, { steps: 3 });
      await page.waitForTimeout(700);
      await same(`the pointer at ${x}, ${y}`);
    }
    await page.evaluate(() => myelin.set('xor'));
    await same('after another data set');
    await page.evaluate(() => myelin.step({ epochs: 3 }));
    await same('after three epochs');
    await page.finish();
  });
}

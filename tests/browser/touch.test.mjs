// A finger that stays reads what a control is for, and then does not press it.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { eventually, find_fill, open_browser, picture, settle, state, test } from './helpers.mjs';

const kAccent = 0x0B66C2, kAccentSoft = 0xE3EEFA;
const kLongEnoughMs = 1000, kTapMs = 60;

let tools;
before(async () => { tools = await open_browser(); });
after(() => tools.close());

async function open_phone(hash = '') {
  const page = await tools.open({ query: 'theme=light&lang=en', hash, context: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } });
  await settle(page);
  const session = await page.context().newCDPSession(page);
  const send = (type, points) => session.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y]) => ({ x, y })) });
  return Object.assign(page, {
    down: (x, y) => send('touchStart', [[x, y]]),
    move: (x, y) => send('touchMove', [[x, y]]),
    up: () => send('touchEnd', []),
  });
}

/** The box around all pixels outside the finger's own control that differ, or null. */
function changed_box(a, b, finger, reach) {
  let box = null;
  for (let y = 0; y < a.height; ++y) {
    for (let x = 0; x < a.width; ++x) {
      if (Math.abs(x - finger[0]) <= reach[0] && Math.abs(y - finger[1]) <= reach[1]) continue;
      const i = (y * a.width + x) * a.channels, j = (y * b.width + x) * b.channels;
      if (![0, 1, 2].some((k) => Math.abs(a.pixels[i + k] - b.pixels[j + k]) > 12)) continue;
      box ??= { left: x, top: y, right: x, bottom: y };
      box = { left: Math.min(box.left, x), top: box.top, right: Math.max(box.right, x), bottom: y };
    }
  }
  return box;
}

/** Holds a finger, takes a picture, lifts it: what changed beside the finger meanwhile, and what is still different after it. */
async function hold(page, x, y, reach) {
  const before_it = await picture(page);
  await page.down(x, y);
  await page.waitForTimeout(kLongEnoughMs);
  const held = await picture(page);
  await page.up();
  await settle(page);
  const after_it = await picture(page);
  return { shown: changed_box(before_it, held, [x, y], reach), left_over: changed_box(before_it, after_it, [x, y], reach) };
}

async function tap(page, x, y) {
  await page.down(x, y);
  await page.waitForTimeout(kTapMs);
  await page.up();
  await settle(page);
}

test('a finger that stays on a button shows what it is for and does not press it; a tap does', async () => {
  const page = await open_phone();
  const run = find_fill(await picture(page), kAccent, { bottom: 60 });
  const [x, y] = [run.x + run.width / 2 + 32, run.y + 14];  // the next button: one step
  const { shown, left_over } = await hold(page, x, y, [24, 24]);
  assert.ok(shown && shown.right - shown.left > 40 && shown.bottom - shown.top > 14, `no words beside the finger: ${JSON.stringify(shown)}`);
  assert.ok(shown.bottom <= y + 40, `below the finger: ${JSON.stringify(shown)}`);
  assert.equal(left_over, null, 'the words go with the finger');
  assert.equal((await state(page)).step, 0, 'a long press does not press');
  await tap(page, x, y);
  await eventually(() => state(page), (now) => now.step === 1, 'a tap presses');
  await page.finish();
});

test('the words stand above the finger, also those of a control that cannot be used', async () => {
  // Without validation samples their switch is grey and says why.
  const page = await open_phone('preset=spiral&prep.validation=0');
  const training = find_fill(await picture(page), kAccentSoft, { top: 300, right: 200 });
  assert.ok(training?.width > 20, `the switch of the training samples: ${JSON.stringify(training)}`);
  const [x, y] = [150, training.y + 8];
  const { shown, left_over } = await hold(page, x, y, [45, 22]);
  assert.ok(shown && shown.right - shown.left > 120, `no words: ${JSON.stringify(shown)}`);
  assert.ok(shown.bottom < y - 20, `under the finger: ${JSON.stringify(shown)}, finger at ${y}`);
  assert.equal(left_over, null);
  await page.finish();
});

test('a finger that moves on reads nothing and presses nothing', async () => {
  const page = await open_phone();
  const image = await picture(page);
  const run = find_fill(image, kAccent, { bottom: 60 });
  const [x, y] = [run.x + run.width / 2 + 32, run.y + 14];
  await page.down(x, y);
  for (let i = 1; i <= 12; ++i) {
    await page.waitForTimeout(40);
    await page.move(x, y + 12 * i);
  }
  await page.waitForTimeout(kLongEnoughMs);
  assert.equal(changed_box(image, await picture(page), [x, y], [24, 24]), null, 'no words');
  await page.up();
  await settle(page);
  assert.equal((await state(page)).step, 0);
  await page.finish();
});

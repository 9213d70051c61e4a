// The program as a guest of a page: addresses, sizes, lost graphics, keys, pointers, text, idleness.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { colours, difference, eventually, find_fill, open_browser, picture, pictures_drawn, settle, state, test } from './helpers.mjs';

const kAccent = { light: 0x0B66C2, dark: 0x5BA8F5 };

let tools;
before(async () => { tools = await open_browser(); });
after(() => tools.close());

const experiment = (page) => page.evaluate(() => myelin.experiment());
const hash = (page) => page.evaluate(() => location.hash);

test('the address holds the whole experiment: a new page opens the same one', async () => {
  const page = await tools.open();
  await page.evaluate(() => myelin.set('circle'));
  const changed = await page.evaluate(async () => {
    const now = myelin.experiment();
    now.training.batch = 7;
    await myelin.set(now);
    return myelin.experiment();
  });
  assert.equal(changed.training.batch, 7);
  await eventually(() => hash(page), (now) => /data=circle/.test(now) && /batch=7/.test(now), 'the address follows');
  const link = (await hash(page)).slice(1);
  const second = await tools.open({ hash: link });
  assert.deepEqual(await experiment(second), changed);
  await eventually(() => hash(second), (now) => now === `#${link}`, 'the second page keeps the address');
  // And the other way round: a changed address changes the experiment.
  await page.evaluate(() => { location.hash = '#preset=xor&batch=3'; });
  await eventually(() => experiment(page), (now) => now.training.batch === 3 && now.data.kind === 'xor', 'hashchange');
  await second.finish();
  await page.finish();
});

test('start weights that a link has no room for are said to be left out, once', async () => {
  const page = await tools.open({ query: 'lang=en' });
  const set_weights = (preset, share) => page.evaluate(async ([name, some]) => {
    await myelin.set(name);
    const count = myelin.state().parameters;
    await myelin.set({ ...myelin.experiment(), weights: Array.from({ length: count }, (_, i) => some * (i % 7 - 3) / 50) });
    return count;
  }, [preset, share]);
  const notices = async () => (await state(page)).notices;
  assert.ok(await set_weights('xor', 1) < 2000);
  await page.waitForTimeout(800);
  assert.deepEqual(await notices(), [], 'few weights go with the link');
  assert.ok(await set_weights('digits', 1) > 2000);
  await eventually(notices, (now) => now.length === 1 && /more start weights than a link can hold/.test(now[0]), 'the notice');
  await set_weights('digits', 2);
  await page.waitForTimeout(800);
  assert.equal((await notices()).length, 1, 'not again with every change');
  await page.finish();
});

test('a bad address shows a notice and leaves the run alone', async () => {
  const page = await tools.open();
  await page.evaluate(() => myelin.set('spiral'));
  await page.mouse.move(640, 790);
  await settle(page);
  const calm = await picture(page);
  const before_it = await experiment(page);
  await page.evaluate(() => { location.hash = '#v=99&data=xor'; });
  await settle(page);
  const share = difference(calm, await picture(page));
  assert.ok(share > 0.002, `no notice to be seen: ${(share * 100).toFixed(2)} % of the pixels changed`);
  page.evaluate(() => { myelin.run(); });
  const seen = await eventually(() => state(page), (now) => now.running && now.step > 0, 'training starts');
  await page.evaluate(() => { location.hash = '#v=98'; });
  await eventually(() => state(page), (now) => now.running && now.step > seen.step, 'still training');
  assert.deepEqual(await experiment(page), before_it);
  const answer = await page.evaluate(() => myelin.set('{"v": 1, "data": {').then(() => 'accepted', (error) => error.message));
  assert.ok(answer.length > 15, answer);
  assert.deepEqual(await experiment(page), before_it);
  assert.equal((await state(page)).running, true);
  await page.evaluate(() => myelin.pause());
  for (const bad of [{ epochs: -1 }, { epochs: 1.5 }, { minutes: 1 }]) {
    assert.match(await page.evaluate((goal) => myelin.run(goal).then(() => 'accepted', (error) => error.message), bad), /whole number/);
  }
  await page.finish();
});

test('the same start after a reset, and one batch is one step', async () => {
  const page = await tools.open();
  const [first, trained, again, stepped, epoch] = await page.evaluate(async () => {
    await myelin.set('xor');
    const text = () => JSON.stringify(myelin.weights());
    const begin = text();
    await myelin.run({ steps: 50 });
    const after_run = text();
    await myelin.reset();
    const after_reset = text();
    const one = await myelin.step();
    const two = await myelin.step({ epochs: 1 });
    return [begin, after_run, after_reset, one.step, two.epoch];
  });
  assert.notEqual(trained, first);
  assert.equal(again, first);
  assert.equal(stepped, 1);
  assert.equal(epoch, 1);
  await page.finish();
});

test('paused and untouched it draws nothing and takes no time', async () => {
  const page = await tools.open();
  await page.evaluate(() => myelin.run({ epochs: 3 }));
  await page.mouse.move(640, 790);
  await settle(page);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const busy = async () => (await session.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration').value;
  const [drawn, spent] = [await pictures_drawn(page), await busy()];
  await page.waitForTimeout(2000);
  const [drawn_later, spent_later] = [await pictures_drawn(page), await busy()];
  console.log(`  idle for 2 s: ${drawn_later - drawn} pictures, ${((spent_later - spent) * 1000).toFixed(1)} ms of the main thread`);
  assert.equal(drawn_later, drawn);
  assert.ok(spent_later - spent < 0.05, `${spent_later - spent} s`);
  await page.mouse.move(600, 400);
  await eventually(() => pictures_drawn(page), (now) => now > drawn, 'it wakes up under the pointer');
  await page.finish();
});

test('it fills its element at any size and pixel ratio', async () => {
  const page = await tools.open({ context: { deviceScaleFactor: 2 } });
  const size = () => page.evaluate(() => {
    const { width, height } = document.getElementById('canvas');
    return `${width}x${height}`;
  });
  assert.equal(await size(), '2560x1600');
  await page.setViewportSize({ width: 700, height: 600 });
  await eventually(size, (now) => now === '1400x1200', 'window');
  await page.evaluate(() => { document.getElementById('myelin-app').style.right = '300px'; });
  await eventually(size, (now) => now === '800x1200', 'element');
  await settle(page);
  assert.ok(colours(await picture(page)) > 50, 'drawn after the resize');
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setDeviceMetricsOverride', { width: 700, height: 600, deviceScaleFactor: 1, mobile: false });
  await page.mouse.move(200, 200);
  await eventually(size, (now) => now === '400x600', 'pixel ratio');
  await page.finish();
});

test('a lost graphics context comes back with the same picture', async () => {
  const page = await tools.open({ query: 'lang=en' });
  await page.evaluate(() => myelin.run({ epochs: 5 }));
  await page.mouse.move(640, 790);
  await settle(page);
  const before_it = await picture(page);
  await page.evaluate(() => {
    window.lose = document.getElementById('canvas').getContext('webgl2').getExtension('WEBGL_lose_context');
    window.lose.loseContext();
  });
  await page.waitForTimeout(300);
  const ran = await page.evaluate(() => myelin.run({ epochs: 1 }));
  await page.evaluate(async () => {
    await myelin.reset();
    window.lose.restoreContext();
    await myelin.run({ epochs: 5 });
  });
  await settle(page);
  const after_it = await picture(page);
  assert.equal(ran.epoch, 6, 'training does not need the graphics');
  assert.ok(colours(after_it) > 100, `${colours(after_it)} colours`);
  const share = difference(before_it, after_it);
  assert.ok(share < 0.01, `${(share * 100).toFixed(2)} % of the pixels differ`);
  await page.finish();
});

test('it prints what it shows', async () => {
  const page = await tools.open();
  await settle(page);
  const shown = await picture(page);
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  await page.emulateMedia({ media: 'print' });
  const share = difference(shown, await picture(page), 24);
  assert.ok(share < 0.02, `${(share * 100).toFixed(1)} % of the pixels differ`);
  await page.finish();
});

test('keys go to the program only while it has the focus; Escape leaves it; the browser keeps its own', async () => {
  const page = await tools.open();
  await page.evaluate(() => {
    const field = document.createElement('input');
    field.id = 'other';
    field.style.cssText = 'position: fixed; bottom: 0; left: 0; z-index: 2';
    document.body.append(field);
    window.prevented = [];
    window.addEventListener('keydown', (event) => setTimeout(() => window.prevented.push([event.key, event.defaultPrevented])));
  });
  await page.focus('#other');
  await page.keyboard.type('héllo 42', { delay: 10 });
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Control+z');
  assert.equal(await page.evaluate(() => window.prevented.filter(([, prevented]) => prevented).length), 0);
  assert.match(await page.inputValue('#other'), /^h|^$/);

  const focus = () => page.evaluate(() => document.activeElement.id || document.activeElement.tagName);
  await page.mouse.click(640, 780);
  assert.equal(await focus(), 'canvas');
  await page.evaluate(() => { window.prevented = []; });
  await page.keyboard.press('Tab');
  assert.equal(await focus(), 'canvas', 'Tab moves inside');
  for (const key of ['F5', 'F12', 'Control+r', 'Control+p', 'Control+l', 'Control+0', 'Alt+ArrowLeft']) {
    // Sent to the page only: the browser itself must not act on them here.
    await page.evaluate((name) => {
      const [, mods, last] = /^(?:(Control|Alt)\+)?(.*)$/.exec(name);
      document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: last, code: last.length === 1 ? `Key${last.toUpperCase()}` : last,
        ctrlKey: mods === 'Control', altKey: mods === 'Alt', bubbles: true, cancelable: true, keyCode: last.length === 1 ? last.toUpperCase().charCodeAt(0) : 0 }));
    }, key);
  }
  await page.waitForTimeout(100);
  const seen = Object.fromEntries(await page.evaluate(() => window.prevented));
  for (const key of ['F5', 'F12', 'r', 'p', 'l', '0', 'ArrowLeft']) assert.notEqual(seen[key], true, `${key} is the browser's`);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  assert.equal(await focus(), 'BODY', 'Escape leaves');
  await page.keyboard.press('Tab');
  assert.notEqual(await focus(), 'BODY', 'Tab walks on through the page');
  await page.finish();
});

test('the run button answers a real mouse, and undo and redo answer real keys', async () => {
  const page = await tools.open({ query: 'theme=light&lang=en' });
  await page.evaluate(() => myelin.set('spiral'));
  await settle(page);
  const button = find_fill(await picture(page), kAccent.light, { bottom: 48 });
  assert.ok(button?.width > 20, `no filled button at the top: ${JSON.stringify(button)}`);
  await page.mouse.click(button.x, button.y + 6);
  await eventually(() => state(page), (now) => now.running && now.step > 0, 'the click runs it');
  await settle_button(page, button);
  await eventually(() => state(page), (now) => !now.running, 'the second click pauses it');

  const first = await experiment(page);
  await page.evaluate(() => myelin.set('circle'));
  const second = await experiment(page);
  assert.notDeepEqual(second, first);
  await page.mouse.click(640, 780);
  await page.keyboard.press('Control+z', { delay: 60 });
  await eventually(() => experiment(page), (now) => JSON.stringify(now) === JSON.stringify(first), 'undo');
  await page.keyboard.press('Control+y', { delay: 60 });
  await eventually(() => experiment(page), (now) => JSON.stringify(now) === JSON.stringify(second), 'redo');
  await page.finish();
});

async function settle_button(page, button) {
  await page.waitForTimeout(200);
  await page.mouse.click(button.x, button.y + 6);
}

test('a slider answers arrow keys, Tab goes to the next one, a number can be typed and pasted, a link copied', async () => {
  const page = await tools.open({ query: 'theme=light&lang=en', context: { permissions: ['clipboard-read', 'clipboard-write'] } });
  await page.evaluate(() => myelin.set('spiral'));
  await page.mouse.move(640, 790);
  await settle(page);
  // The first slider of the data card is the number of turns: the widest blue line at the left.
  const track = find_fill(await picture(page), kAccent.light, { top: 250, right: 270, bottom: 560 });
  assert.ok(track?.width > 40, `no slider at the left: ${JSON.stringify(track)}`);
  const data = async () => (await experiment(page)).data;
  const begin = await data();
  await page.mouse.click(track.x, track.y);
  const clicked = await eventually(data, (now) => now.turns !== begin.turns, 'the pointer moves the slider');
  assert.ok(clicked.turns < begin.turns, 'to where it was pressed');
  await press(page, 'ArrowRight');
  const moved = await eventually(data, (now) => now.turns > clicked.turns, 'the arrow key moves it on');
  await press(page, 'Tab');
  await press(page, 'ArrowRight');
  const noisy = await eventually(data, (now) => now.noise > moved.noise, 'Tab goes to the noise');
  assert.equal(noisy.turns, moved.turns);

  const focus = () => page.evaluate(() => document.activeElement.id);
  await press(page, 'Enter');
  await eventually(focus, (id) => id === 'text-field', 'Enter starts typing, in the hidden text field');
  await press(page, 'Control+a');
  await page.keyboard.insertText('1');  // as an input method would, without key events
  await press(page, '7');
  await press(page, 'Enter');
  await eventually(data, (now) => now.noise === 17, 'the typed number is taken');
  await eventually(focus, (id) => id === 'canvas', 'the canvas has the keys again');
  await press(page, 'Enter');
  await eventually(focus, (id) => id === 'text-field', 'typing again');
  await page.evaluate(() => navigator.clipboard.writeText('23'));
  await press(page, 'Control+a');
  await press(page, 'Control+v');
  await press(page, 'Enter');
  await eventually(data, (now) => now.noise === 23, 'the pasted number is taken');
  await press(page, 'Enter');
  await eventually(focus, (id) => id === 'text-field', 'typing once more');
  await press(page, 'Control+a');
  await press(page, 'Control+c');
  await eventually(() => page.evaluate(() => navigator.clipboard.readText()), (text) => text === '23', 'copied to the clipboard of the system');
  await page.finish();
});

/** A key, held until the program has seen it. */
async function press(page, key) {
  const drawn = await pictures_drawn(page);
  await page.keyboard.press(key);
  await eventually(() => pictures_drawn(page), (now) => now >= drawn + 3, `${key} is drawn`, 10000);
}

test('on a phone a finger taps the run button and scrolls the page', async () => {
  const page = await tools.open({ query: 'theme=light', context: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } });
  await settle(page);
  const top = await picture(page);
  const session = await page.context().newCDPSession(page);
  const finger = (type, points) => session.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y]) => ({ x, y })) });
  await finger('touchStart', [[8, 700]]);  // beside the cards, where no control can take it
  for (let y = 680; y >= 400; y -= 20) {
    await finger('touchMove', [[8, y]]);
    await page.waitForTimeout(30);
  }
  await finger('touchEnd', []);
  await settle(page);
  const scrolled = await picture(page);
  assert.ok(difference(top, scrolled) > 0.05, 'the column scrolls under the finger');
  const button = find_fill(scrolled, kAccent.light, { bottom: 48 });
  assert.ok(button, 'the run button stays where it is');
  await page.touchscreen.tap(button.x, button.y + 6);
  await eventually(() => state(page), (now) => now.running && now.step > 0, 'a tap runs it');
  await page.finish();
});

test('the theme follows the system while the page is open, and the numbers are read out', async () => {
  const page = await tools.open({ query: 'lang=fr', context: { colorScheme: 'light' } });
  await settle(page);
  const corner = (image) => image.pixels[(image.height - 4) * image.width * image.channels + 4 * image.channels];
  assert.ok(corner(await picture(page)) > 200, 'light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.waitForTimeout(300);
  await settle(page);
  assert.ok(corner(await picture(page)) < 80, 'dark');
  await page.evaluate(() => myelin.run({ epochs: 2 }));
  await eventually(() => page.textContent('#live'), (text) => /^époque \d/.test(text) && /coût \d,\d/.test(text), 'the line for screen readers', 6000);
  await page.finish();
});

test('embedded in another page it trains, and leaves the page its wheel until it was clicked', async () => {
  const page = await tools.open({ isolation: false, ready: false, route: async (own) => {
    await own.route('**/course.html', (route) => route.fulfill({ contentType: 'text/html', body:
      '<!doctype html><style>body{margin:0;height:3000px}iframe{border:0;width:800px;height:600px}</style><iframe src="./?lang=en"></iframe>' }));
  } });
  await page.goto(`${page.server.url}course.html`);
  const frame = await (await page.waitForSelector('iframe')).contentFrame();
  await frame.waitForSelector('html.ready');
  await page.mouse.move(400, 300);
  await page.mouse.wheel(0, 200);
  await eventually(() => page.evaluate(() => scrollY), (y) => y > 0, 'the page around scrolls');
  await page.evaluate(() => scrollTo(0, 0));
  const after_run = await frame.evaluate(() => myelin.run({ epochs: 2 }));
  assert.ok(after_run.epoch >= 2);
  await page.finish({ allow: /ERR_ABORTED/ });
});

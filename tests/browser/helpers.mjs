// One browser, one server with and one without isolation headers, and pages whose every console line, failed request and
// foreign address is kept. A page that was not asked to be noisy must end silent.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test as node_test } from 'node:test';
import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';
import { chromium } from 'playwright-core';
import { startServer } from '../../tools/serve.mjs';

export const kRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const kDist = process.env.MYELIN_DIST ?? path.join(kRoot, 'dist');
const kFlags = ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--enable-unsafe-swiftshader'];
// What the browser says about our taking a screenshot, not about the page.
const kScreenshotNoise = /GPU stall due to ReadPixels/;

function browser_program() {
  const found = process.env.CHROME ?? JSON.parse(fs.readFileSync(path.join(kRoot, 'build/toolchain.json'), 'utf8')).result?.browser;
  if (!found) throw new Error('no browser is known: run `node tools/setup.mjs`, or set CHROME to a Chromium or Chrome program');
  return found;
}

/** Node's test with a limit: a promise that never settles must not stop the whole run. */
export const test = (name, body) => node_test(name, { timeout: 120_000 }, body);

/** Opened once per test file; close() it in after(). */
export async function open_browser() {
  const browser = await chromium.launch({ executablePath: browser_program(), args: kFlags });
  const servers = { true: await startServer({ root: kDist, isolation: true }), false: await startServer({ root: kDist, isolation: false }) };
  return {
    browser,
    /**
     * A page of a context of its own. `path` is a file of dist/, `query` and `hash` are without their signs; `before` runs in the
     * page before its scripts; `route` may change the network; `ready` false: don't wait for the first picture.
     */
    async open({ isolation = true, path: file = '', query = '', hash = '', before = null, route = null, ready = true, context = {} } = {}) {
      const server = servers[isolation];
      const own = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', ...context });
      const page = await own.newPage();
      const seen = { console: [], errors: [], requests: [], foreign: [] };
      page.on('console', (message) => {
        if (!kScreenshotNoise.test(message.text())) seen.console.push(`${message.type()}: ${message.text()}`);
      });
      page.on('pageerror', (error) => seen.errors.push(String(error.stack ?? error)));
      page.on('requestfailed', (request) => seen.errors.push(`failed: ${request.url()} ${request.failure()?.errorText}`));
      page.on('request', (request) => {
        seen.requests.push(request.url());
        if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(server.url)) seen.foreign.push(request.url());
      });
      await page.addInitScript(count_pictures);
      if (before) await page.addInitScript(before);
      if (route) await route(page);
      await page.goto(`${server.url}${file}${query ? `?${query}` : ''}${hash ? `#${hash}` : ''}`);
      if (ready) await first_picture(page, seen);
      return Object.assign(page, {
        seen, server,
        /** Closes, and fails when the page said or did anything it should not have. */
        async finish({ allow = null } = {}) {
          await own.close();
          const noise = seen.console.filter((line) => !(allow?.test(line)));
          assert.deepEqual(seen.errors.filter((line) => !(allow?.test(line))), [], 'uncaught errors and failed requests');
          assert.deepEqual(noise, [], 'console');
          assert.deepEqual(seen.foreign, [], 'requests to another origin');
        },
      });
    },
    async close() {
      await browser.close();
      await servers.true.close();
      await servers.false.close();
    },
  };
}

async function first_picture(page, seen) {
  try {
    await page.waitForFunction(() => document.documentElement.matches('.ready, .stopped'), null, { timeout: 30000 });
  } catch {
    throw new Error(`no first picture within 30 s\n${[...seen.console, ...seen.errors].join('\n')}`);
  }
  const problem = await page.evaluate(() => document.querySelector('.stopped #problem')?.textContent);
  if (problem) throw new Error(`the page says: ${problem}\n${[...seen.console, ...seen.errors].join('\n')}`);
}

export const state = (page) => page.evaluate(() => myelin.state());

/** Polls until `test(await read())`, and says what it saw last when it gives up. */
export async function eventually(read, test, what, patience = 5000) {
  const begin = Date.now();
  for (;;) {
    const value = await read();
    if (test(value)) return value;
    if (Date.now() - begin > patience) assert.fail(`${what}: still ${JSON.stringify(value)} after ${patience} ms`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** How often the program has had a picture to draw, also if it turned out as the last one: counted without asking it. */
export const pictures_drawn = (page) => page.evaluate(() => window.pictures_drawn);

function count_pictures() {
  window.pictures_drawn = 0;
  const original = WebGL2RenderingContext.prototype.viewport;
  let same = false;
  WebGL2RenderingContext.prototype.viewport = function (...place) {
    // ImGui sets it again while it draws the same picture.
    if (!same) {
      same = true;
      queueMicrotask(() => { same = false; });
      window.pictures_drawn += 1;
    }
    return original.apply(this, place);
  };
}

/** Waits until nothing has been drawn for a while: animations have ended, snapshots have arrived. */
export async function settle(page, quiet_ms = 500) {
  let last = -1;
  await eventually(async () => {
    await page.waitForTimeout(quiet_ms);
    const now = await pictures_drawn(page);
    const same = now === last;
    last = now;
    return same;
  }, Boolean, 'the page never comes to rest', 15000);
}

// --- pictures -----------------------------------------------------------------------------------------------------------------

/** Decodes an 8-bit RGB or RGBA PNG without interlacing, which is what browsers make. */
export function decode_png(bytes) {
  let at = 8, width = 0, height = 0, channels = 0;
  const parts = [];
  while (at < bytes.length) {
    const size = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    const body = bytes.subarray(at + 8, at + 8 + size);
    if (type === 'IHDR') {
      width = body.readUInt32BE(0);
      height = body.readUInt32BE(4);
      channels = { 2: 3, 6: 4 }[body[9]];
      assert.ok(body[8] === 8 && channels && body[12] === 0, 'a kind of PNG this decoder does not know');
    }
    if (type === 'IDAT') parts.push(body);
    at += size + 12;
  }
  const raw = zlib.inflateSync(Buffer.concat(parts));
  const stride = width * channels;
  const pixels = Buffer.alloc(height * stride);
  for (let y = 0; y < height; ++y) {
    const filter = raw[y * (stride + 1)];
    const line = raw.subarray(y * (stride + 1) + 1, (y + 1) * (stride + 1));
    const out = y * stride;
    for (let x = 0; x < stride; ++x) {
      const a = x >= channels ? pixels[out + x - channels] : 0;
      const b = y > 0 ? pixels[out + x - stride] : 0;
      const c = x >= channels && y > 0 ? pixels[out + x - stride - channels] : 0;
      let guess = 0;
      if (filter === 1) guess = a;
      else if (filter === 2) guess = b;
      else if (filter === 3) guess = (a + b) >> 1;
      else if (filter === 4) {
        const p = a + b - c, pa = Math.abs(p - a), pb = Math.abs(p - b), pc = Math.abs(p - c);
        guess = pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
      }
      pixels[out + x] = (line[x] + guess) & 255;
    }
  }
  return { width, height, channels, pixels };
}

export async function picture(page) {
  return decode_png(await page.screenshot());
}

export function colours(image) {
  const seen = new Set();
  for (let i = 0; i < image.pixels.length; i += image.channels) seen.add(image.pixels.readUIntBE(i, 3));
  return seen.size;
}

/** The share of pixels whose colour differs by more than `tolerance` in any channel. */
export function difference(a, b, tolerance = 8) {
  if (a.width !== b.width || a.height !== b.height) return 1;
  let different = 0;
  for (let i = 0, j = 0; i < a.pixels.length; i += a.channels, j += b.channels) {
    for (let k = 0; k < 3; ++k) {
      if (Math.abs(a.pixels[i + k] - b.pixels[j + k]) > tolerance) {
        different += 1;
        break;
      }
    }
  }
  return different / (a.width * a.height);
}

/** The centre of the widest run of this colour (0xRRGGBB) inside a region: where a filled button is. In image pixels. */
export function find_fill(image, colour, { left = 0, top = 0, right = image.width, bottom = image.height } = {}, tolerance = 4) {
  const like = (i) => [16, 8, 0].every((shift, k) => Math.abs(image.pixels[i + k] - ((colour >> shift) & 255)) <= tolerance);
  let best = null;
  for (let y = top; y < bottom; ++y) {
    for (let x = left, begin = -1; x <= right; ++x) {
      const inside = x < right && like((y * image.width + x) * image.channels);
      if (inside && begin < 0) begin = x;
      if (!inside && begin >= 0) {
        if (!best || x - begin > best.width) best = { width: x - begin, x: (begin + x) >> 1, y };
        begin = -1;
      }
    }
  }
  return best;
}

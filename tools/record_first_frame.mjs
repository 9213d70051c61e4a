// `node tools/record_first_frame.mjs`: runs the page with a program that notes which of its functions run, and writes
// web/first_frame.txt from it. Needed when tests/browser/deferred.test.mjs says that the second half is fetched too early, and
// worth while after large changes of the front end; never part of a build, which needs no browser.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { build } from './build.mjs';
import { kRoot } from './setup.mjs';
import { kFeatures, kList, make_list, read_program } from './split.mjs';

const kHeader = `# Which functions the page's program needs for its first picture and its first run; written by tools/record_first_frame.mjs.
# '+': functions of the engine that do; every other function of the engine comes after the first picture.
# '-': functions of ImGui, SDL, libraries and the front end that do not; every other one comes at once.
# A name that no longer exists does no harm (tools/split.mjs).
`;
const kRoom = 8192 - 1024;  // -sGLOBAL_BASE in cmake/web_link.cmake

const folder = path.join(kRoot, process.argv[2] ?? 'build/web');
if (!process.env.MYELIN_DIST) await build();
const dist = fs.mkdtempSync(path.join(os.tmpdir(), 'myelin-record-'));
fs.cpSync(process.env.MYELIN_DIST ?? path.join(kRoot, 'dist'), dist, { recursive: true,
  filter: (file) => !/myelin-(simd|relaxed)\.(deferred\.)?wasm|myelin-simd\.mjs/.test(file) });
const whole = path.join(folder, 'myelin-simd.whole.wasm');
const { functions } = read_program(fs.readFileSync(whole));
if (functions.length > kRoom) throw new Error(`${functions.length} functions, room for ${kRoom}: raise GLOBAL_BASE`);
const wasm_split = /MYELIN_WASM_SPLIT:\w+=(.*)/.exec(fs.readFileSync(path.join(folder, 'CMakeCache.txt'), 'utf8'))?.[1];
const done = spawnSync(wasm_split, [...kFeatures, '--instrument', '--in-memory', whole, '-o', path.join(dist, 'myelin-simd.wasm')], { stdio: 'inherit' });
if (done.error || done.status !== 0) throw new Error(`wasm-split failed: ${done.error?.message ?? 'see above'}`);
fs.copyFileSync(path.join(folder, 'myelin-simd.mjs'), path.join(dist, 'myelin-simd.mjs'));

process.env.MYELIN_DIST = dist;
const { open_browser } = await import('../tests/browser/helpers.mjs');

/** In the page: keeps the program's memory, where every function that ran has left a byte. */
function keep_memory() {
  const Memory = WebAssembly.Memory;
  WebAssembly.Memory = function (size) {
    const memory = new Memory(size);
    if (size.initial > 0) window.program_memory = memory;
    return memory;
  };
  WebAssembly.Memory.prototype = Memory.prototype;
}

const ran = functions.map(() => false);
const tools = await open_browser();
for (const isolation of [true, false]) {
  // A slow machine shows other moments of a run.
  for (const [width, height, slower] of [[1280, 800, 1], [1280, 800, 8], [390, 844, 1]]) {
    const page = await tools.open({ isolation, query: 'build=simd', before: keep_memory, context: { viewport: { width, height } },
      route: async (own) => (await own.context().newCDPSession(own)).send('Emulation.setCPUThrottlingRate', { rate: slower }) });
    await page.waitForTimeout(500);
    await page.evaluate(() => myelin.run({ epochs: 50 }));
    for (let y = 20; y < height; y += 80) {
      for (let x = 20; x < width; x += 80) await page.mouse.move(x, y);
      await page.waitForTimeout(50);
    }
    // What happens to a page without its user's doing anything, at any time; leaving it comes last.
    await page.evaluate(() => {
      for (const type of ['blur', 'focus', 'resize', 'pagehide', 'beforeunload']) window.dispatchEvent(new Event(type));
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await page.waitForTimeout(100);
    const bytes = await page.evaluate((count) => [...new Uint8Array(program_memory.buffer).slice(0, count)], functions.length);
    bytes.forEach((byte, i) => { ran[i] ||= byte !== 0; });
    await page.close();
  }
}
await tools.close();
fs.rmSync(dist, { recursive: true });
const { count, lines } = make_list(functions, ran);
fs.writeFileSync(kList, `${kHeader}${lines.join('\n')}\n`);
process.stdout.write(`${ran.filter(Boolean).length} of ${functions.length} functions ran; ${path.relative(kRoot, kList)} names ${
  count.stay} of the engine that stay and ${count.later} others that come later\n`);

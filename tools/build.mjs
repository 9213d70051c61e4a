// Builds dist/: the page's files, both WebAssembly flavours and the data it fetches, each beside its .br and .gz form.
// Everything is addressed by relative URLs, so the folder can be unzipped anywhere. Does nothing when nothing changed.
import './setup/newer_node.mjs';  // first: the rest needs it
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { fashion_files } from './build/fashion.mjs';
import { with_lock } from './setup/lock.mjs';

const kRoot = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const kDist = path.join(kRoot, 'dist');
export const kLock = path.join(kRoot, 'build/lock');
const kStamp = path.join(kRoot, 'build/dist-stamp.json');

// What is copied: [in the repository, in dist/]. Folders are copied whole; what does not exist yet is left out.
const kCopied = [
  ['index.html', 'index.html'],
  ['bench.html', 'bench.html'],
  ['web/page', 'page'],
  ['web/bench', 'bench'],
  ['assets/data', 'assets/data'],
  ['assets/lessons', 'assets/lessons'],
  ['assets/icons', 'assets/icons'],
  ['LICENSE', 'LICENSE.txt'],
  ['assets/fonts/LICENCE-inter.txt', 'licences/inter.txt'],
  ['assets/fonts/LICENCE-dejavu.txt', 'licences/dejavu.txt'],
];

/** Licences of what is compiled into the page: they ask to travel with every copy. */
function compiled_in() {
  const { imgui, sdl2 } = JSON.parse(fs.readFileSync(path.join(kRoot, 'build/toolchain.json'), 'utf8')).result;
  return [[path.join(imgui, 'LICENSE.txt'), 'licences/imgui.txt'], [path.join(sdl2.include, '../LICENSE.txt'), 'licences/sdl2.txt']];
}

// Browsers look for a service worker's scope beside it, so this one file is lifted to the root.
const kLifted = { 'page/service_worker.js': 'service_worker.js' };

const kFlavours = [
  { preset: 'web', name: 'myelin-simd', bench: 'bench-simd' },
  { preset: 'web-relaxed', name: 'myelin-relaxed', bench: 'bench-relaxed' },
];

// Whatever can change dist/. Listed by size and time: reading them all would cost more than the build's own check.
const kInputs = ['CMakeLists.txt', 'CMakePresets.json', 'cmake', 'engine', 'web', 'shaders', 'assets', 'index.html', 'bench.html', 'LICENSE',
  'tools/build.mjs', 'tools/split.mjs', 'build/toolchain.cmake'];
const kCompressed = new Set(['.html', '.mjs', '.js', '.css', '.json', '.wasm', '.svg', '.csv', '.txt', '.md', '.webmanifest', '.wgsl', '.bin', '.idx', '.ttf', '.ico']);
const kLeastCompressed = 512;

function walk(file, visit) {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (!stat) return;
  if (!stat.isDirectory()) return void visit(file, stat);
  for (const name of fs.readdirSync(file).sort()) {
    if (!name.startsWith('.')) walk(path.join(file, name), visit);
  }
}

function fingerprint(files) {
  const hash = createHash('sha256');
  for (const entry of files) {
    walk(path.isAbsolute(entry) ? entry : path.join(kRoot, entry), (file, stat) => hash.update(`${file}\0${stat.size}\0${stat.mtimeMs}\n`));
  }
  return hash.digest('hex');
}

function run(program, words) {
  const done = spawnSync(program, words, { cwd: kRoot, stdio: 'inherit' });
  if (done.error || done.status !== 0) {
    process.stderr.write(`\n[build] \`${program} ${words.join(' ')}\` failed; the reason is above.\n`);
    process.exit(1);
  }
}

function compile() {
  for (const { preset } of kFlavours) {
    process.stdout.write(`[build] ${preset}\n`);
    if (!fs.existsSync(path.join(kRoot, 'build', preset, 'build.ninja'))) run('cmake', ['--preset', preset, '--log-level=WARNING']);
    run('cmake', ['--build', '--preset', preset, '--target', 'myelin_web', 'myelin_bench_web', '-j', String(os.availableParallelism())]);
  }
}

/** Map from the path inside dist/ to the source file. */
function wanted_files() {
  const wanted = new Map();
  for (const [from, to] of [...kCopied, ...compiled_in()]) {
    const source = path.resolve(kRoot, from);
    walk(source, (file) => {
      const inside = path.posix.join(to, path.relative(source, file).split(path.sep).join('/'));
      wanted.set(kLifted[inside] ?? inside.replace(/\/$/, ''), file);
    });
  }
  for (const { preset, name, bench } of kFlavours) {
    for (const extension of ['.mjs', '.wasm']) {
      wanted.set(name + extension, path.join(kRoot, 'build', preset, name + extension));
      wanted.set(`bench/${bench}${extension}`, path.join(kRoot, 'build', preset, bench + extension));
    }
    // The second half, unless the program stayed in one piece (tools/split.mjs).
    const deferred = path.join(kRoot, 'build', preset, `${name}.deferred.wasm`);
    if (fs.existsSync(deferred)) wanted.set(`${name}.deferred.wasm`, deferred);
  }
  for (const [inside, file] of fashion_files()) wanted.set(inside, file);
  return wanted;
}

const brotli = promisify(zlib.brotliCompress);
const gzip = promisify(zlib.gzip);

/** index.html learns how large the programs are before compression: a download with Content-Encoding does not say. */
function filled(source) {
  const bytes = fs.readFileSync(source);
  if (source !== path.join(kRoot, 'index.html')) return bytes;
  const sizes = kFlavours.map(({ preset, name }) => `${name.replace('myelin-', '')}=${fs.statSync(path.join(kRoot, 'build', preset, `${name}.wasm`)).size}`);
  return Buffer.from(bytes.toString('utf8').replace('<meta name="myelin-bytes" content="">', `<meta name="myelin-bytes" content="${sizes.join('&amp;')}">`));
}

/** Copies one file with its compressed forms unless dist/ already has these very bytes. */
async function place(source, target) {
  const bytes = filled(source);
  const known = fs.existsSync(target) && fs.readFileSync(target).equals(bytes);
  const compress = kCompressed.has(path.extname(target)) && bytes.length >= kLeastCompressed;
  if (known && (!compress || (fs.existsSync(`${target}.br`) && fs.existsSync(`${target}.gz`)))) return false;
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.writeFileSync(target, bytes);
  if (compress) {
    const [small, gzipped] = await Promise.all([
      brotli(bytes, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 11, [zlib.constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
      gzip(bytes, { level: 9 })]);
    fs.writeFileSync(`${target}.br`, small);
    fs.writeFileSync(`${target}.gz`, gzipped);
  }
  return true;
}

async function assemble() {
  const wanted = wanted_files();
  const missing = [...wanted.values()].find((file) => !fs.existsSync(file));
  if (missing || !wanted.has('index.html')) {
    process.stderr.write(`[build] ${missing ?? 'index.html'} is missing, so dist/ was not assembled.\n`);
    process.exit(1);
  }
  const placed = await Promise.all([...wanted].map(([inside, source]) => place(source, path.join(kDist, inside))));
  const keep = new Set([...wanted.keys()].flatMap((inside) => [inside, `${inside}.br`, `${inside}.gz`]).map((inside) => path.join(kDist, inside)));
  walk(kDist, (file) => {
    if (!keep.has(file)) fs.rmSync(file);
  });
  return placed.filter(Boolean).length;
}

/** Brings dist/ up to date, one build at a time; returns the number of files that changed. */
export function build() {
  return with_lock(kLock, build_alone);
}

async function build_alone() {
  const begin = Date.now();
  const before = fingerprint(kInputs);
  let stamp = {};
  try {
    stamp = JSON.parse(fs.readFileSync(kStamp, 'utf8'));
  } catch { /* never built */ }
  if (stamp.inputs === before && stamp.outputs === fingerprint([kDist])) return 0;
  compile();
  const changed = await assemble();
  // A file saved while the build ran must make the next build look again: the fingerprint from before counts.
  fs.writeFileSync(kStamp, JSON.stringify({ inputs: before, outputs: fingerprint([kDist]) }));
  process.stdout.write(`[build] dist/ is ready in ${((Date.now() - begin) / 1000).toFixed(1)} s, ${changed} files changed\n`);
  return changed;
}

if (process.argv[1] && import.meta.url === pathToFileURL(fs.realpathSync(process.argv[1])).href) {
  await build();
}

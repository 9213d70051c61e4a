// Makes a machine ready to build and test Myelin: finds what is good enough, installs or fetches what is missing,
// and writes what it found to build/toolchain.json (for scripts) and build/toolchain.cmake (for CMake).
// Uses only Node's own modules, so it runs before any npm install. Running it again when nothing changed takes no time.
import './setup/newer_node.mjs';  // first: the rest needs it
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { install_packages, is_debian } from './setup/apt.mjs';
import { provide_emscripten } from './setup/emscripten.mjs';
import { with_lock } from './setup/lock.mjs';
import { ask, capture, fail, say, SetupError, step, total_seconds } from './setup/report.mjs';
import { provide_sdl2 } from './setup/sdl2.mjs';
import { provide_source } from './setup/sources.mjs';
import { input_hash, read_stamp, write_stamp } from './setup/stamp.mjs';
import { at_least, cache_folder, kLeast } from './setup/versions.mjs';

export const kRoot = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const kStamp = path.join(kRoot, 'build/toolchain.json');
const kCMake = path.join(kRoot, 'build/toolchain.cmake');
const kNodeModules = path.join(kRoot, 'node_modules');

const kDebianPackages = ['cmake', 'ninja-build', 'g++', 'python3', 'xz-utils', 'ca-certificates', 'libsdl2-dev', 'libgl-dev',
  'libeigen3-dev', 'doctest-dev', 'nlohmann-json3-dev', 'libcli11-dev', 'libstb-dev', 'zlib1g-dev', 'clang-19', 'fonts-dejavu-core', 'xvfb', 'xauth'];

function inputs() {
  const folder = path.join(kRoot, 'tools/setup');
  return [path.join(kRoot, 'tools/setup.mjs'), path.join(kRoot, 'package.json'), path.join(kRoot, 'package-lock.json'),
    ...fs.readdirSync(folder).sort().map((name) => path.join(folder, name))];
}

/** The full path of the first of these programs that is on PATH, or null. */
function find_program(names) {
  for (const name of names) {
    if (path.isAbsolute(name)) {
      if (fs.existsSync(name)) return name;
      continue;
    }
    for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
      const file = path.join(folder, name);
      if (folder && fs.existsSync(file)) return file;
    }
  }
  return null;
}

function find_browser() {
  if (process.env.CHROME) {
    if (fs.existsSync(process.env.CHROME)) return process.env.CHROME;
    fail(`CHROME names ${process.env.CHROME}, which does not exist; point it at a Chromium or Chrome program, or unset it.`);
  }
  return find_program(['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium']);
}

function check_tool(program, least, what) {
  const version = ask(program, ['--version']);
  if (version === null) fail(`${program} was not found; install ${what} and run this again.`);
  if (least && !at_least(version, least)) fail(`${program} is "${version.split('\n')[0]}", ${least} or newer is needed; install ${what}.`);
}

async function provide_node_modules() {
  const want = fs.readFileSync(path.join(kRoot, 'package-lock.json'), 'utf8');
  const mark = path.join(kNodeModules, '.myelin-lock');
  if (fs.existsSync(mark) && fs.readFileSync(mark, 'utf8') === want) return;
  await step('npm packages', () => {
    capture('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], 'check that the npm registry is reachable, then run this again',
      { cwd: kRoot, shell: process.platform === 'win32' });
    fs.writeFileSync(mark, want);
  });
}

/** emsdk brings its own Closure compiler, distributions mostly do not: ours fills the gap. */
function closure_compiler(emscripten) {
  const theirs = path.join(emscripten.root, 'node_modules/.bin/google-closure-compiler');
  return fs.existsSync(theirs) ? '' : path.join(kNodeModules, '.bin/google-closure-compiler');
}

function write_cmake(found) {
  const entry = (name, value) => `set(${name} "${value.replaceAll('\\', '/')}")\n`;
  const text = '# Written by tools/setup.mjs: where the web toolchain is.\n'
    + entry('MYELIN_SETUP_EMSCRIPTEN_ROOT', found.emscripten.root)
    + entry('MYELIN_SETUP_CLOSURE_COMPILER', found.closure)
    + entry('MYELIN_SETUP_SDL2_LIBRARY', found.sdl2.library)
    + entry('MYELIN_SETUP_SDL2_INCLUDE', found.sdl2.include)
    + entry('MYELIN_SETUP_IMGUI_SOURCE', found.imgui);
  // Rewriting an unchanged file would make CMake configure again.
  if (!fs.existsSync(kCMake) || fs.readFileSync(kCMake, 'utf8') !== text) fs.writeFileSync(kCMake, text);
}

/** Sets up what is missing and returns {emscripten, closure, sdl2, imgui, browser}. Throws SetupError with one sentence. */
export async function setup() {
  const hash = input_hash(inputs());
  return read_stamp(kStamp, hash) ?? with_lock(path.join(cache_folder(), 'lock'), () => read_stamp(kStamp, hash) ?? set_up_now(hash));
}

async function set_up_now(hash) {
  if (is_debian()) {
    const browser = find_browser() ? [] : ['chromium'];
    await step('Debian packages', () => install_packages([...kDebianPackages, ...browser], { required: false }));
  }
  check_tool('cmake', kLeast.cmake, 'CMake');
  check_tool('ninja', null, 'Ninja');
  check_tool('c++', null, 'a C++20 compiler (g++ or clang)');
  await provide_node_modules();
  const emscripten = await provide_emscripten();
  const sdl2_source = await provide_source('sdl2');
  const imgui = await provide_source('imgui');
  const sdl2 = await provide_sdl2(emscripten, sdl2_source);
  const browser = find_browser();
  if (!browser) say('[setup] no Chromium or Chrome was found: the page builds and serves, but the browser tests will need one (set CHROME).');
  const found = { emscripten, closure: closure_compiler(emscripten), sdl2, imgui, browser };
  fs.mkdirSync(path.dirname(kCMake), { recursive: true });
  write_cmake(found);
  write_stamp(kStamp, hash, found, [path.join(emscripten.root, 'emcc'), sdl2.library, sdl2.include, imgui, kCMake,
    path.join(kNodeModules, '.myelin-lock'), ...(browser ? [browser] : [])]);
  say(`[setup] ready in ${total_seconds()} s: Emscripten ${emscripten.version}, browser ${browser ?? 'none'}`);
  return found;
}

/** For the programs in tools/: runs setup and ends the process with the sentence when it fails. */
export async function setup_or_exit() {
  try {
    return await setup();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`\n[setup] ${error.message}\n`);
    process.exit(1);
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(fs.realpathSync(process.argv[1])).href) {
  await setup_or_exit();
}

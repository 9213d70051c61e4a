// Finds an Emscripten that is good enough (PATH, EMSDK), or on Debian makes one in the cache folder from
// the donor release's packages and this release's LLVM, without upgrading a single system package.
import fs from 'node:fs';
import path from 'node:path';
import { ask, capture, fail, say, step } from './report.mjs';
import { candidate_version, install_packages, is_debian, private_apt } from './apt.mjs';
import { at_least, cache_folder, kLeast, parse_version } from './versions.mjs';

// What the donor's binaries are linked against, besides the two packages that are wanted.
const kDonorPackages = ['emscripten', 'binaryen', 'libc6', 'libstdc++6', 'libgcc-s1', 'node-acorn'];
const kSystemPackages = ['clang-19', 'lld-19', 'llvm-19', 'patchelf', 'python3'];

/** The folder that holds emcc, from PATH or EMSDK, when its version will do; otherwise null. */
export function find_emscripten(environment = process.env) {
  const folders = (environment.PATH ?? '').split(path.delimiter);
  if (environment.EMSDK) folders.push(path.join(environment.EMSDK, 'upstream', 'emscripten'));
  for (const folder of folders) {
    const emcc = path.join(folder, 'emcc');
    if (!folder || !fs.existsSync(emcc)) continue;
    const version = ask(emcc, ['--version']);
    if (!at_least(version, kLeast.emscripten)) continue;
    // The wrapper on PATH may be a link or a script: Emscripten itself knows where it lives.
    const root = ask(path.join(folder, 'em-config'), ['EMSCRIPTEN_ROOT'])?.trim();
    return { root: root && fs.existsSync(path.join(root, 'emcc')) ? root : path.dirname(fs.realpathSync(emcc)),
      version: parse_version(version).join('.') };
  }
  return null;
}

function find_file(root, name) {
  for (const entry of fs.readdirSync(root, { recursive: true })) {
    if (path.basename(entry) === name) return path.join(root, entry);
  }
  return fail(`${name} is missing from the unpacked packages; delete ${root} and run setup again.`);
}

/** Makes binaries of the donor release run here: their own loader and C library, by absolute path. */
function use_own_libraries(root) {
  const library_root = fs.existsSync(path.join(root, 'usr/lib')) ? path.join(root, 'usr/lib') : root;
  const c_library = find_file(library_root, 'libc.so.6');
  const loader_folder = path.dirname(c_library);
  const loader = fs.readdirSync(loader_folder).find((name) => /^ld-linux.*\.so\.\d+$/.test(name));
  if (!loader) fail(`No program loader was unpacked beside ${c_library}; delete ${root} and run setup again.`);
  const run_path = [...new Set([loader_folder, path.dirname(find_file(library_root, 'libstdc++.so.6'))])].join(':');
  const programs = fs.readdirSync(path.join(root, 'usr/bin')).filter((name) => name.startsWith('wasm-'))
    .map((name) => path.join(root, 'usr/bin', name));
  for (const program of programs) {
    capture('patchelf', ['--set-interpreter', path.join(loader_folder, loader), '--set-rpath', run_path, program],
      'delete the cache folder and run setup again');
  }
}

function make_from_packages(folder) {
  const root = path.join(folder, 'root');
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(root, { recursive: true });
  say('        downloading (about 240 MB)');
  const donor = private_apt(path.join(folder, 'apt'));
  donor.unpack(kDonorPackages, root);
  fs.rmSync(path.join(folder, 'apt'), { recursive: true });
  use_own_libraries(root);
  const emscripten = path.join(root, 'usr/share/emscripten');
  const config = path.join(emscripten, '.emscripten');
  const lines = fs.readFileSync(config, 'utf8').split('\n').filter((line) => !/^\s*(BINARYEN_ROOT|NODE_JS)\s*=/.test(line));
  // The file is Python: Node is looked up at each run, so that it may move without the cache growing stale.
  lines.push(`BINARYEN_ROOT = '${path.join(root, 'usr')}'`, 'import shutil', "NODE_JS = shutil.which('node') or '/usr/bin/node'", '');
  fs.writeFileSync(config, lines.join('\n'));
  const modules = path.join(emscripten, 'node_modules');
  if (!fs.existsSync(modules)) fs.symlinkSync(path.join(root, 'usr/share/nodejs'), modules);
  return emscripten;
}

/** Returns {root, version}: the first Emscripten that is good enough, made in the cache when there is none. */
export async function provide_emscripten() {
  const found = find_emscripten();
  if (found) return found;
  if (!is_debian()) {
    fail(`No emcc >= ${kLeast.emscripten} was found; install emsdk (\`emsdk install latest && emsdk activate latest\`) or your system's emscripten package and put emcc on the PATH.`);
  }
  if (at_least(candidate_version('emscripten'), kLeast.emscripten)) {
    await step('Emscripten from this Debian release', () => install_packages(['emscripten']));
    return find_emscripten() ?? fail('Debian\'s emscripten package was installed, but `emcc --version` fails; run it by hand to see why.');
  }
  install_packages(kSystemPackages);
  const folder = path.join(cache_folder(), `emscripten-debian-${kLeast.emscripten}`);
  const mark = path.join(folder, 'complete');
  const emscripten = path.join(folder, 'root/usr/share/emscripten');
  if (!fs.existsSync(mark)) {
    await step(`Emscripten ${kLeast.emscripten} into ${folder}`, () => {
      make_from_packages(folder);
      const version = capture(path.join(emscripten, 'emcc'), ['--version'],
        `delete ${folder} and run setup again`, { env: { ...process.env, EM_CONFIG: path.join(emscripten, '.emscripten') } });
      if (!at_least(version, kLeast.emscripten)) fail(`The unpacked emcc says "${version.split('\n')[0]}", which is older than ${kLeast.emscripten}; install emsdk instead.`);
      fs.writeFileSync(mark, `${parse_version(version).join('.')}\n`);
    });
  }
  return { root: emscripten, version: fs.readFileSync(mark, 'utf8').trim() };
}

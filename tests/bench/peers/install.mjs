// Brings the peers: npm packages by version into the cache folder, TensorFlow Playground's trainer by commit, and bundles of sides/.
// Nothing of it is ever written into the repository.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cache_folder } from '../../../tools/setup/versions.mjs';

const kHere = path.dirname(fileURLToPath(import.meta.url));
const kPackages = path.join(kHere, 'package.json');
const kPlayground = 'https://raw.githubusercontent.com/tensorflow/playground/2c87f3d0eaba40df4174975ed6e35246493dc25c/src/nn.ts';

/** The folder that holds node_modules/ with exactly the versions of package.json; installs them the first time. */
export function install() {
  const wanted = fs.readFileSync(kPackages);
  const folder = path.join(cache_folder(), `peers-${createHash('sha1').update(wanted).digest('hex').slice(0, 12)}`);
  if (!fs.existsSync(path.join(folder, 'complete'))) {
    process.stderr.write(`[peers] npm installs them in ${folder}\n`);
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, 'package.json'), wanted);
    execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder, stdio: ['ignore', 2, 2] });
    fs.writeFileSync(path.join(folder, 'complete'), '');
  }
  return folder;
}

/** The path of nn.ts: the given file, or the one fetched from GitHub before, or fetched now. Null when it cannot be had. */
export async function playground_source(folder, given) {
  if (given) return fs.realpathSync(given);
  const file = path.join(folder, 'playground-nn.ts');
  if (fs.existsSync(file)) return file;
  try {
    const response = await fetch(kPlayground, { signal: AbortSignal.timeout(30_000) });
    if (!response.ok) throw new Error(`status ${response.status}`);
    fs.writeFileSync(file, await response.text());
    return file;
  } catch (error) {
    process.stderr.write(`[peers] TensorFlow Playground is left out: ${kPlayground}: ${error.message}; --playground FILE takes one that you have.\n`);
    return null;
  }
}

/** Bundles of sides/ in `folder`/bundles. */
export async function bundle(folder, playground) {
  const { build } = createRequire(path.join(folder, 'package.json'))('esbuild');
  const sides = ['ours', 'ours_worker', 'common', 'convnetjs', 'jax', 'onnxruntime', 'tfjs', ...(playground ? ['playground'] : [])];
  await build({
    entryPoints: sides.map((side) => path.join(kHere, 'sides', `${side}.mjs`)), outdir: path.join(folder, 'bundles'), outExtension: { '.js': '.mjs' },
    bundle: true, format: 'esm', platform: 'browser', target: 'esnext', logLevel: 'error', nodePaths: [path.join(folder, 'node_modules')],
    conditions: ['onnxruntime-web-use-extern-wasm'], define: { 'process.env.NODE_ENV': '"production"' },
    ...(playground ? { alias: { playground } } : {}),
    // As TypeScript of that time compiled it: a declared field that is not set does not exist.
    tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
  });
}

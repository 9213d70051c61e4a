// Imported first by every program in tools/: when the Node that runs it is too old (Debian 12 has 18), fetches a newer one from
// the npm registry into the cache folder and runs the same program with that. Written for Node 16 and later.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { at_least, cache_folder, kFetchedNode, kLeast } from './versions.mjs';

function fetch_node() {
  const folder = path.join(cache_folder(), `node-${kFetchedNode}`);
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const program = path.join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (!fs.existsSync(program)) {
    process.stdout.write(`[setup] Node ${process.version} is older than ${kLeast.node}: fetching Node ${kFetchedNode} into ${folder} ...\n`);
    fs.mkdirSync(folder, { recursive: true });
    const run = spawnSync('npm', ['install', '--prefix', folder, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', `${name}@${kFetchedNode}`],
      { encoding: 'utf8', shell: process.platform === 'win32' });
    if (run.status !== 0 || !fs.existsSync(program)) {
      process.stderr.write(`[setup] Node ${process.version} is too old and Node ${kFetchedNode} could not be fetched; install Node ${
        kLeast.node} or newer, then run this again.\n${(run.stderr || '').trim()}\n`);
      process.exit(1);
    }
  }
  return program;
}

if (!at_least(process.version, kLeast.node)) {
  const program = fetch_node();
  // First on PATH, so that what we start (npm, Emscripten) uses it too.
  const environment = { ...process.env, PATH: path.dirname(program) + path.delimiter + process.env.PATH };
  const child = spawn(program, process.argv.slice(1), { stdio: 'inherit', env: environment });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  await new Promise(() => { child.on('exit', (code, signal) => process.exit(signal ? 1 : code)); });
}

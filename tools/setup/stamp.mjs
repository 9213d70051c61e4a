// The stamp that lets a second setup finish at once: a hash of everything that setup's outcome
// depends on, kept beside what setup found. Missing or moved files make the stamp invalid.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

const kEnvironment = ['PATH', 'EMSDK', 'EM_CONFIG', 'CHROME', 'XDG_CACHE_HOME', 'HOME',
  'MYELIN_SDL2_SOURCE', 'MYELIN_IMGUI_SOURCE'];

/** Hash of the given files' contents, the environment setup reads, and Node's version. */
export function input_hash(files, environment = process.env) {
  const hash = createHash('sha256');
  for (const file of files) {
    hash.update(`${path.basename(file)}\0`);
    hash.update(fs.existsSync(file) ? fs.readFileSync(file) : 'missing');
  }
  for (const key of kEnvironment) {
    // npm prepends its own folders to PATH: the same machine must give the same stamp with and without it.
    const value = key === 'PATH'
      ? (environment.PATH ?? '').split(path.delimiter).filter((part) => !/node_modules|node-gyp-bin/.test(part)).join(path.delimiter)
      : environment[key] ?? '';
    hash.update(`${key}=${value}\0`);
  }
  hash.update(process.version);
  return hash.digest('hex');
}

/** What an earlier setup found, when it was made from the same inputs and still exists; otherwise null. */
export function read_stamp(file, hash) {
  let stamp;
  try {
    stamp = JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
  if (stamp.hash !== hash || !Array.isArray(stamp.must_exist)) return null;
  return stamp.must_exist.every((entry) => fs.existsSync(entry)) ? stamp.result : null;
}

export function write_stamp(file, hash, result, must_exist) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const partial = `${file}.${process.pid}`;
  fs.writeFileSync(partial, `${JSON.stringify({ hash, must_exist, result }, null, 2)}\n`);
  fs.renameSync(partial, file);
}

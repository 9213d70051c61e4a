// All 70,000 images of Fashion-MNIST for dist/assets/data, packed as published: from the system's data sets, else from Debian's
// package, kept in the user's cache. Without them the page and the programs have the small part in assets/data.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { is_debian } from '../setup/apt.mjs';
import { ask } from '../setup/report.mjs';
import { cache_folder } from '../setup/versions.mjs';

const kPackage = 'dataset-fashion-mnist';
const kInPackage = 'usr/share/datasets/fashion-mnist';

// [the name the engine asks for, the name it is published under, SHA-256]
const kFiles = [
  ['fashion-train-images.idx.gz', 'train-images-idx3-ubyte.gz', 'b0564c3eedabfbf835052cff8503ea422014ce006caf5b757f851416ee8300c7'],
  ['fashion-train-labels.idx.gz', 'train-labels-idx1-ubyte.gz', '0ae29f65d86684f32d1b9c85147786c547b9c6aebcaf235f0400a0cce308b056'],
  ['fashion-test-images.idx.gz', 't10k-images-idx3-ubyte.gz', 'cc1d090a38ace84dfa1aa66e3ada7c336ef481a96936906477e6dd344da56eaa'],
  ['fashion-test-labels.idx.gz', 't10k-labels-idx1-ubyte.gz', '8d3605d196f4be44669e46906da9733c8131fef761fdbfec72c424d5222f1a05'],
];

const is_whole = (file, sum) => fs.existsSync(file) && createHash('sha256').update(fs.readFileSync(file)).digest('hex') === sum;

/** Copies the published files of `folder` into the cache; false when one is missing or not the one we know. */
function take(folder, cache) {
  if (!kFiles.every(([, published, sum]) => is_whole(path.join(folder, published), sum))) return false;
  for (const [name, published] of kFiles) {
    // Under another name first: a build that is cut off must not leave half a file.
    const half = path.join(cache, `${name}.${process.pid}`);
    fs.copyFileSync(path.join(folder, published), half);
    fs.renameSync(half, path.join(cache, name));
  }
  return true;
}

function download(cache) {
  if (!is_debian()) return false;
  const folder = fs.mkdtempSync(path.join(cache, 'download-'));
  try {
    process.stdout.write(`[build] Fashion-MNIST: 31 MB from Debian's ${kPackage}, once\n`);
    if (ask('apt-get', ['-o', 'APT::Sandbox::User=root', '-q', 'download', kPackage], { cwd: folder }) === null) return false;
    const archive = fs.readdirSync(folder).find((name) => name.endsWith('.deb'));
    return archive !== undefined && ask('dpkg', ['-x', path.join(folder, archive), folder]) !== null && take(path.join(folder, kInPackage), cache);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** [path inside dist/, file] of each of the four files, or nothing when they cannot be had. MYELIN_FASHION=off does without. */
export function fashion_files() {
  if (process.env.MYELIN_FASHION === 'off') return [];
  const cache = path.join(cache_folder(), 'data');
  fs.mkdirSync(cache, { recursive: true });
  const there = () => kFiles.every(([name]) => fs.existsSync(path.join(cache, name)));
  if (!there() && !take(path.join('/', kInPackage), cache) && !download(cache)) {
    process.stdout.write('[build] the whole Fashion-MNIST could not be had; its small part serves\n');
    return [];
  }
  return kFiles.map(([name]) => [`assets/data/${name}`, path.join(cache, name)]);
}

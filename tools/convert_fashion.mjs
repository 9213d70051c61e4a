// Takes a balanced part of Fashion-MNIST for assets/data: the first 160 training images and the first 40 test images of each
// class, in the order of the source. Usage: node tools/convert_fashion.mjs FOLDER [--check], FOLDER with the four .gz files.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const target = join(dirname(fileURLToPath(import.meta.url)), '..', 'assets', 'data');
const kPixels = 28 * 28;
const kClasses = 10;

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

function read_idx(path, sizes) {
  const bytes = gunzipSync(readFileSync(path));
  const header = 4 + 4 * sizes.length;
  const found = sizes.map((_, axis) => bytes.readUInt32BE(4 + 4 * axis));
  if (bytes.readUInt32BE(0) !== 0x0800 + sizes.length || found.some((size, axis) => size !== sizes[axis])) fail(`${path} is not the file that was expected.`);
  return bytes.subarray(header);
}

function write_idx(sizes, values) {
  const header = Buffer.alloc(4 + 4 * sizes.length);
  header.writeUInt32BE(0x0800 + sizes.length, 0);
  sizes.forEach((size, axis) => header.writeUInt32BE(size, 4 + 4 * axis));
  return Buffer.concat([header, ...values]);
}

/** The indices of the first `each` samples of every class, ascending. */
function first_of_each(labels, each) {
  const seen = new Array(kClasses).fill(0);
  const chosen = [];
  labels.forEach((label, index) => {
    if (seen[label]++ < each) chosen.push(index);
  });
  if (chosen.length !== each * kClasses) fail('a class has too few images.');
  return chosen;
}

const folder = process.argv[2];
const check = process.argv[3] === '--check';
if (!folder) fail('Usage: node tools/convert_fashion.mjs FOLDER [--check], where FOLDER is datasets/fashion-mnist of Debian\'s dataset-fashion-mnist.');

const images = [];
const labels = [];
for (const [name, count, each] of [['train', 60000, 160], ['t10k', 10000, 40]]) {
  const all_images = read_idx(join(folder, `${name}-images-idx3-ubyte.gz`), [count, 28, 28]);
  const all_labels = read_idx(join(folder, `${name}-labels-idx1-ubyte.gz`), [count]);
  for (const index of first_of_each(all_labels, each)) {
    images.push(all_images.subarray(index * kPixels, (index + 1) * kPixels));
    labels.push(all_labels.subarray(index, index + 1));
  }
}
const out = {
  'fashion-small-images.idx': write_idx([images.length, 28, 28], images),
  'fashion-small-labels.idx': write_idx([labels.length], labels),
};
for (const [name, bytes] of Object.entries(out)) {
  const path = join(target, name);
  if (!check) writeFileSync(path, bytes);
  else if (!readFileSync(path).equals(bytes)) fail(`assets/data/${name} differs from what its source gives.`);
  console.log(`${createHash('sha256').update(bytes).digest('hex')}  ${name}`);
}

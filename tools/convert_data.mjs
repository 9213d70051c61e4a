// Converts the data sets of scikit-learn's `datasets/data` folder to the files in assets/data, and writes their checksums to
// standard output. Usage: node tools/convert_data.mjs FOLDER [--check]   (--check compares and writes nothing.)
// It must keep the order of the rows: splits by seed and the numbers of the lessons depend on it.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const target = join(dirname(fileURLToPath(import.meta.url)), '..', 'assets', 'data');

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

function lines(text) {
  return text.split(/\r?\n/).filter((line) => line !== '');
}

function whole(text, low, high, where) {
  const value = Number(text);
  if (!Number.isInteger(value) || value < low || value > high) fail(`${where}: "${text}" is not a whole number from ${low} to ${high}.`);
  return value;
}

// IDX: two zero bytes, 0x08 for unsigned bytes, the rank, each size as a big-endian 32-bit number, then the values.
function idx(sizes, values) {
  const header = Buffer.alloc(4 + 4 * sizes.length);
  header[2] = 0x08;
  header[3] = sizes.length;
  sizes.forEach((size, axis) => header.writeUInt32BE(size, 4 + 4 * axis));
  return Buffer.concat([header, Buffer.from(values)]);
}

// Source: one row per image, 64 pixels from 0 to 16 and the digit.
function digits(folder) {
  const rows = lines(gunzipSync(readFileSync(join(folder, 'digits.csv.gz'))).toString('ascii'));
  const pixels = [];
  const labels = [];
  rows.forEach((row, index) => {
    const cells = row.split(',');
    if (cells.length !== 65) fail(`digits.csv.gz, row ${index + 1}: ${cells.length} values instead of 65.`);
    cells.slice(0, 64).forEach((cell) => pixels.push(whole(cell, 0, 16, `digits.csv.gz, row ${index + 1}`)));
    labels.push(whole(cells[64], 0, 9, `digits.csv.gz, row ${index + 1}`));
  });
  if (rows.length !== 1797) fail(`digits.csv.gz has ${rows.length} rows instead of 1797.`);
  return { 'digits-images.idx': idx([rows.length, 8, 8], pixels), 'digits-labels.idx': idx([rows.length], labels) };
}

// Source: "150,4,setosa,versicolor,virginica", then four measures and the number of the species.
function iris(folder) {
  const [head, ...rows] = lines(readFileSync(join(folder, 'iris.csv'), 'ascii'));
  const [count, inputs, ...species] = head.split(',');
  if (count !== '150' || inputs !== '4' || species.length !== 3 || rows.length !== 150) fail('iris.csv is not the table that was expected.');
  const out = ['sepal_length,sepal_width,petal_length,petal_width,species'];
  rows.forEach((row, index) => {
    const cells = row.split(',');
    if (cells.length !== 5) fail(`iris.csv, row ${index + 1}: ${cells.length} values instead of 5.`);
    const measures = cells.slice(0, 4);
    if (!measures.every((cell) => /^\d+\.\d$/.test(cell))) fail(`iris.csv, row ${index + 1}: not four measures.`);
    out.push([...measures, species[whole(cells[4], 0, 2, `iris.csv, row ${index + 1}`)]].join(','));
  });
  return { 'iris.csv': Buffer.from(`${out.join('\n')}\n`, 'ascii') };
}

const folder = process.argv[2];
const check = process.argv[3] === '--check';
if (!folder) fail('Usage: node tools/convert_data.mjs FOLDER [--check], where FOLDER is scikit-learn\'s datasets/data.');

for (const [name, bytes] of Object.entries({ ...digits(folder), ...iris(folder) })) {
  const path = join(target, name);
  if (!check) writeFileSync(path, bytes);
  else if (!readFileSync(path).equals(bytes)) fail(`assets/data/${name} differs from what its source gives.`);
  console.log(`${createHash('sha256').update(bytes).digest('hex')}  ${name}`);
}

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

// The header of a table that the program reads without knowing its columns: the name of each in both languages, "en|fr".
const header = (names) => names.map(([en, fr]) => `${en}|${fr}`).join(',');

// Numbers as the source writes them.
function numbers(cells, where) {
  if (!cells.every((cell) => /^\d+(\.\d+)?$/.test(cell))) fail(`${where}: "${cells.join(',')}" is not all numbers.`);
  return cells;
}

const kWine = [['alcohol', 'alcool'], ['malic acid', 'acide malique'], ['ash', 'cendres'], ['alcalinity of ash', 'alcalinité des cendres'],
  ['magnesium', 'magnésium'], ['total phenols', 'phénols totaux'], ['flavanoids', 'flavonoïdes'],
  ['nonflavanoid phenols', 'phénols non flavonoïdes'], ['proanthocyanins', 'proanthocyanidines'], ['colour intensity', 'intensité de la couleur'],
  ['hue', 'teinte'], ['OD280/OD315', 'DO280/DO315'], ['proline', 'proline']];

// Source: "178,13,class_0,class_1,class_2", then thirteen measures and the number of the class.
function wine(folder) {
  const [head, ...rows] = lines(readFileSync(join(folder, 'wine_data.csv'), 'ascii'));
  if (head !== '178,13,class_0,class_1,class_2' || rows.length !== 178) fail('wine_data.csv is not the table that was expected.');
  const out = rows.map((row, index) => {
    const where = `wine_data.csv, row ${index + 1}`;
    const cells = row.split(',');
    if (cells.length !== 14) fail(`${where}: ${cells.length} values instead of 14.`);
    return [...numbers(cells.slice(0, 13), where), `cultivar ${whole(cells[13], 0, 2, where) + 1}`].join(',');
  });
  return { 'wine.csv': Buffer.from(`${[header([...kWine, ['class', 'classe']]), ...out].join('\n')}\n`) };
}

const kNucleus = [['radius', 'rayon'], ['texture', 'texture'], ['perimeter', 'périmètre'], ['area', 'aire'], ['smoothness', 'régularité'],
  ['compactness', 'compacité'], ['concavity', 'concavité'], ['concave points', 'points concaves'], ['symmetry', 'symétrie'],
  ['fractal dimension', 'dimension fractale']];
const kStatistics = [['mean', 'moyenne'], ['error', 'erreur'], ['worst', 'pire']];

// Source: "569,30,malignant,benign", then thirty measures and 0 or 1. The thirty are three statistics of ten measures.
function breast_cancer(folder) {
  const [head, ...rows] = lines(readFileSync(join(folder, 'breast_cancer.csv'), 'ascii'));
  if (head !== '569,30,malignant,benign' || rows.length !== 569) fail('breast_cancer.csv is not the table that was expected.');
  const out = rows.map((row, index) => {
    const where = `breast_cancer.csv, row ${index + 1}`;
    const cells = row.split(',');
    if (cells.length !== 31) fail(`${where}: ${cells.length} values instead of 31.`);
    return [...numbers(cells.slice(0, 30), where), ['malignant', 'benign'][whole(cells[30], 0, 1, where)]].join(',');
  });
  const names = kStatistics.flatMap(([en, fr]) => kNucleus.map(([name, nom]) => [`${name} (${en})`, `${nom} (${fr})`]));
  return { 'breast_cancer.csv': Buffer.from(`${[header([...names, ['class', 'classe']]), ...out].join('\n')}\n`) };
}

const kDiabetes = [['age', 'âge'], ['sex', 'sexe'], ['body mass index', 'indice de masse corporelle'], ['blood pressure', 'tension artérielle'],
  ['total cholesterol', 'cholestérol total'], ['LDL', 'LDL'], ['HDL', 'HDL'], ['total cholesterol / HDL', 'cholestérol total / HDL'],
  ['log of triglycerides', 'log des triglycérides'], ['blood sugar', 'glycémie'], ['progression after one year', 'progression après un an']];

// Source: ten measures separated by spaces, and a second file with the value to predict ("1.510000000000000000e+02").
function diabetes(folder) {
  const read = (name) => lines(gunzipSync(readFileSync(join(folder, name))).toString('ascii'));
  const rows = read('diabetes_data_raw.csv.gz');
  const targets = read('diabetes_target.csv.gz');
  if (rows.length !== 442 || targets.length !== 442) fail('diabetes_*.csv.gz are not the tables that were expected.');
  const out = rows.map((row, index) => {
    const where = `diabetes_data_raw.csv.gz, row ${index + 1}`;
    const cells = row.split(' ');
    if (cells.length !== 10) fail(`${where}: ${cells.length} values instead of 10.`);
    return [...numbers(cells, where), whole(targets[index], 1, 999, `diabetes_target.csv.gz, row ${index + 1}`)].join(',');
  });
  return { 'diabetes.csv': Buffer.from(`${[header(kDiabetes), ...out].join('\n')}\n`) };
}

const folder = process.argv[2];
const check = process.argv[3] === '--check';
if (!folder) fail('Usage: node tools/convert_data.mjs FOLDER [--check], where FOLDER is scikit-learn\'s datasets/data.');

for (const [name, bytes] of Object.entries({ ...digits(folder), ...iris(folder), ...wine(folder), ...breast_cancer(folder), ...diabetes(folder) })) {
  const path = join(target, name);
  if (!check) writeFileSync(path, bytes);
  else if (!readFileSync(path).equals(bytes)) fail(`assets/data/${name} differs from what its source gives.`);
  console.log(`${createHash('sha256').update(bytes).digest('hex')}  ${name}`);
}

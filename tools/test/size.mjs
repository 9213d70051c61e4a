// The size budget: what a first visit downloads before its first frame, in brotli, for the larger of the two builds.
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';

export const kBudget = 350 * 1024;

function brotli_size(file) {
  if (fs.existsSync(`${file}.br`)) return fs.statSync(`${file}.br`).size;
  return zlib.brotliCompressSync(fs.readFileSync(file)).length;
}

/** Prints the table and returns the counts of one test. Data sets, lessons and the program's second half come later. */
export function size_budget(dist) {
  const page = path.join(dist, 'page');
  const always = ['index.html', ...(fs.existsSync(page) ? fs.readdirSync(page) : [])
    .filter((name) => /\.(mjs|js|css)$/.test(name)).map((name) => path.join('page', name))];
  const sizes = always.map((name) => [name, brotli_size(path.join(dist, name))]);
  const flavours = ['simd', 'relaxed'].map((flavour) => ['mjs', 'wasm'].map((extension) => {
    const name = `myelin-${flavour}.${extension}`;
    return [name, brotli_size(path.join(dist, name))];
  }));
  const sum = (rows) => rows.reduce((all, [, bytes]) => all + bytes, 0);
  for (const [name, bytes] of [...sizes, ...flavours.flat()]) process.stdout.write(`${(bytes / 1024).toFixed(1).padStart(8)} KB  ${name}\n`);
  for (const flavour of ['simd', 'relaxed']) {
    const name = `myelin-${flavour}.deferred.wasm`;
    const later = fs.existsSync(path.join(dist, name)) ? `${(brotli_size(path.join(dist, name)) / 1024).toFixed(1).padStart(8)} KB` : '    none';
    process.stdout.write(`${later}  ${name} (after the first frame)\n`);
  }
  const total = sum(sizes) + Math.max(...flavours.map(sum));
  process.stdout.write(`${(total / 1024).toFixed(1).padStart(8)} KB  for the first frame, of ${kBudget / 1024} KB\n`);
  const good = total <= kBudget;
  if (!good) process.stdout.write('The budget is exceeded: see which file grew, or move it behind the first frame.\n');
  return { passed: good ? 1 : 0, failed: good ? 0 : 1 };
}

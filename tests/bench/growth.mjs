// How the time of a training step grows with the width, the depth, the batch and the image: measures with `myelin bench growth`,
// draws docs/growth.svg and prints the slopes. By hand: node tests/bench/growth.mjs [MYELIN] [--seconds S]
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const kRoot = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
// The exponent that the amount of work has: a step of a network twice as wide multiplies four times as much.
const kFamilies = {
  width: { title: 'width: n-n-n-10, batch 32', ideal: 2 },
  depth: { title: 'depth: n layers of 64, batch 32', ideal: 1 },
  batch: { title: 'batch: 784-128-64-10', ideal: 1 },
  image: { title: 'image: 2 × conv 16 on n × n, batch 16', ideal: 2 },
};
const [kPlotWidth, kPlotHeight, kMargin] = [300, 190, 54];

function measure(program, words) {
  const run = spawnSync(program, ['bench', 'growth', '--json', ...words], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout).entries.map(({ name, median }) => {
    const [, family, size] = name.split('/');
    return { family, size: Number(size), us: 1e6 / median };
  });
}

/** The slope of the straight line through the logarithms of the upper half of the sizes, where the fixed cost is small. */
function slope(points) {
  const last = points.slice(Math.floor(points.length / 2)).map(({ size, us }) => [Math.log(size), Math.log(us)]);
  const mean = (k) => last.reduce((sum, point) => sum + point[k], 0) / last.length;
  const [mx, my] = [mean(0), mean(1)];
  return last.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0) / last.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
}

function plot({ title, ideal }, points, left, top) {
  const [xs, ys] = [points.map(({ size }) => Math.log2(size)), points.map(({ us }) => Math.log10(us))];
  const range = (values, step) => [Math.floor(Math.min(...values) / step) * step, Math.ceil(Math.max(...values) / step) * step];
  const [[x0, x1], [y0, y1]] = [range(xs, 1), range(ys, 1)];
  const x = (value) => (left + kMargin + (value - x0) / (x1 - x0) * kPlotWidth).toFixed(1);
  const y = (value) => (top + kMargin + (y1 - value) / (y1 - y0) * kPlotHeight).toFixed(1);
  const [right, bottom] = [x(x1), y(y0)];
  const marks = [];
  for (let value = y0; value <= y1; ++value) {
    const text = value < 3 ? `${10 ** value} µs` : value < 6 ? `${10 ** (value - 3)} ms` : `${10 ** (value - 6)} s`;
    marks.push(`<path class="grid" d="M${x(x0)} ${y(value)}H${right}"/><text x="${left + kMargin - 6}" y="${y(value)}" dy="4" text-anchor="end">${text}</text>`);
  }
  for (const value of xs) marks.push(`<text x="${x(value)}" y="${Number(bottom) + 16}" text-anchor="middle">${2 ** value}</text>`);
  // The ideal goes through the largest size.
  const [xl, yl] = [xs.at(-1), ys.at(-1)];
  const reach = Math.min(xl - x0, (yl - y0) / (ideal * Math.log10(2)));
  const first = xl - reach;
  const line = points.map((_, i) => `${i ? 'L' : 'M'}${x(xs[i])} ${y(ys[i])}`).join('');
  return `<text class="title" x="${left + kMargin}" y="${top + kMargin - 16}">${title}</text>${marks.join('')}
<path class="ideal" d="M${x(first)} ${y(yl - reach * ideal * Math.log10(2))}L${x(xl)} ${y(yl)}"/><path class="measured" d="${line}"/>
${points.map((_, i) => `<circle cx="${x(xs[i])}" cy="${y(ys[i])}" r="3"/>`).join('')}
<text x="${x(x0 + 0.2)}" y="${Number(y(y1)) + 14}">slope ${slope(points).toFixed(2)}, work ${ideal}</text>`;
}

const words = process.argv.slice(2);
const program = words[0] && !words[0].startsWith('--') ? words.shift() : path.join(kRoot, 'build/native/myelin');
const all = measure(program, words);
const [cell_width, cell_height] = [kPlotWidth + kMargin + 30, kPlotHeight + kMargin + 30];
const cells = Object.entries(kFamilies).map(([name, family], i) => {
  const points = all.filter((point) => point.family === name);
  process.stdout.write(`${name.padEnd(6)} slope ${slope(points).toFixed(2)} (work ${family.ideal}): ${points.map(({ size, us }) => `${size}: ${us.toPrecision(3)} µs`).join(', ')}\n`);
  return plot(family, points, (i % 2) * cell_width, Math.floor(i / 2) * cell_height);
});
const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${2 * cell_width} ${2 * cell_height}" font-family="sans-serif" font-size="11">
<style>text{fill:#444b57}.title{font-size:13px;font-weight:600}.grid{stroke:#d9dce1}.ideal{stroke:#c1550f;stroke-dasharray:5 4;fill:none}
.measured{stroke:#1f6fc0;stroke-width:1.8;fill:none}circle{fill:#1f6fc0}</style>
<rect width="100%" height="100%" fill="#ffffff"/>
${cells.join('\n')}
</svg>
`;
fs.mkdirSync(path.join(kRoot, 'docs'), { recursive: true });
fs.writeFileSync(path.join(kRoot, 'docs/growth.svg'), svg);

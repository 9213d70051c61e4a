// The roofline (Williams, Waterman and Patterson 2009): each kernel's speed against how much it computes for each byte that it must
// move, under what this run measured as the most. Both axes are logarithmic. Draws SVG and nothing else.
import { arithmetic_of, group_of, label_of, number, say, tick } from './words.mjs';

const kSvg = 'http://www.w3.org/2000/svg';
// A shape for each group, so that colours are not needed to tell them apart.
const kShapes = {
  gemm: (r) => `M${-r},0a${r},${r} 0 1 0 ${2 * r},0a${r},${r} 0 1 0 ${-2 * r},0z`,
  conv: (r) => `M${-r},${-r}h${2 * r}v${2 * r}h${-2 * r}z`,
  dense: (r) => `M0,${-1.2 * r}L${1.2 * r},${r}H${-1.2 * r}z`,
  workloads: (r) => `M0,${-1.4 * r}L${1.4 * r},0L0,${1.4 * r}L${-1.4 * r},0z`,
};
const kRadius = 4;

function svg(tag, attributes = {}, text = null) {
  const element = document.createElementNS(kSvg, tag);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== null) element.textContent = text;
  return element;
}

/** The kernels of a run that have a place in the plot. */
export const points_of = (run) => run.entries.filter((entry) => entry.intensity > 0 && entry.gflops > 0 && kShapes[group_of(entry.name)]);

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** What the run says about its machine: flat roofs from the measurements themselves, the slope from its ceiling, where measured. */
function roofs_of(run) {
  const flat = ['exact', 'fast'].map((arithmetic) => {
    const seen = run.entries.filter((entry) => entry.ceiling > 0 && entry.ceiling_name?.endsWith(`/${arithmetic}`)).map((entry) => entry.ceiling);
    return seen.length > 0 ? { arithmetic, gflops: median(seen) } : null;
  }).filter(Boolean);
  return { flat, memory: run.entries.find((entry) => entry.name === 'ceiling/memory')?.median ?? null };
}

// 1, 2, 5, 10, 20, ... within the range, or powers of ten alone where those would touch.
function ticks(low, high, dense) {
  const made = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); ++power) {
    for (const step of dense ? [1, 2, 5] : [1]) {
      const value = step * 10 ** power;
      if (value >= low && value <= high) made.push(value);
    }
  }
  return made;
}

/** Draws into `place`, as wide as it is. `on_look(text)` is told what is under the pointer or in focus; '' for nothing. */
export function draw_roofline(place, run, on_look) {
  const points = points_of(run);
  const { flat, memory } = roofs_of(run);
  const width = Math.max(place.clientWidth, 260), narrow = width < 560;
  const height = narrow ? 340 : 440;
  const tops = flat.map((roof) => roof.gflops);
  const speeds = [...points.map((entry) => entry.gflops), ...tops];
  const range = {
    x: [Math.min(...points.map((entry) => entry.intensity)) / 1.8, Math.max(...points.map((entry) => entry.intensity)) * 1.8],
    y: [Math.min(...speeds) / 1.6, Math.max(...speeds) * 1.9],
  };
  const between_names = ((height - 64) * Math.log(Math.max(...tops) / Math.min(...tops))) / Math.log(range.y[1] / range.y[0]);
  const names_at_top = narrow || (tops.length > 1 && between_names < 24);
  const inner = { left: 52, right: width - 12, top: names_at_top ? 48 : 16, bottom: height - 48 };
  const scale = (value, [low, high], from, to) => from + (Math.log(value / low) / Math.log(high / low)) * (to - from);
  const x = (value) => scale(value, range.x, inner.left, inner.right);
  const y = (value) => scale(value, range.y, inner.bottom, inner.top);
  const plot = svg('svg', { viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-label': `${say.roofline}: ${say.x_axis}, ${say.y_axis}` });

  const octaves = (Math.log(range.x[1] / range.x[0]) / Math.log(10)) * 3 * 40 < inner.right - inner.left;
  for (const value of ticks(...range.x, octaves)) {
    plot.append(svg('line', { class: 'grid', x1: x(value), x2: x(value), y1: inner.top, y2: inner.bottom }));
    plot.append(svg('text', { class: 'tick', x: x(value), y: inner.bottom + 16, 'text-anchor': 'middle' }, tick(value)));
  }
  for (const value of ticks(...range.y, true)) {
    plot.append(svg('line', { class: 'grid', x1: inner.left, x2: inner.right, y1: y(value), y2: y(value) }));
    plot.append(svg('text', { class: 'tick', x: inner.left - 8, y: y(value) + 4, 'text-anchor': 'end' }, tick(value)));
  }
  plot.append(svg('text', { class: 'axis', x: (inner.left + inner.right) / 2, y: height - 8, 'text-anchor': 'middle' }, say.x_axis));
  plot.append(svg('text', { class: 'axis', x: 0, y: 0, 'text-anchor': 'middle', transform: `translate(14 ${(inner.top + inner.bottom) / 2}) rotate(-90)` }, say.y_axis));

  const names = [];  // drawn last: points must not hide them
  const highest = tops.length > 0 ? Math.max(...tops) : range.y[1];
  if (memory) {
    // Cut at both ends by the plot and by the highest roof.
    const begin = Math.max(range.x[0], range.y[0] / memory), end = Math.min(range.x[1], highest / memory);
    if (begin < end) {
      plot.append(svg('line', { class: 'roof', x1: x(begin), y1: y(begin * memory), x2: x(end), y2: y(end * memory) }));
      const angle = (Math.atan2(y(end * memory) - y(begin * memory), x(end) - x(begin)) * 180) / Math.PI;
      const middle = Math.sqrt(begin * end);
      const long = Math.hypot(x(end) - x(begin), y(end * memory) - y(begin * memory)) > 130;
      if (long) {
        plot.append(svg('text', { class: 'roof-name', 'text-anchor': 'middle', transform: `translate(${x(middle)} ${y(middle * memory)}) rotate(${angle}) translate(0 -6)` },
          `${say.roof_memory} ${number(memory)} ${say.units['GB/s']}`));
      }
    }
  }
  let above = Infinity;  // where the name of the roof before stands
  for (const { arithmetic, gflops } of flat.sort((a, b) => a.gflops - b.gflops)) {
    const begin = memory ? Math.max(range.x[0], gflops / memory) : range.x[0];
    if (begin < range.x[1]) plot.append(svg('line', { class: `roof ${arithmetic}`, x1: x(begin), x2: inner.right, y1: y(gflops), y2: y(gflops) }));
    // Where there is no room beside or between the lines, all names stand at the top, each with its line.
    above = names_at_top ? 16 + 16 * names.length : Math.min(y(gflops) - 6, above - 16);
    const line = names_at_top ? (arithmetic === 'fast' ? '── ' : '╌╌ ') : '';
    names.push([above, `${line}${arithmetic === 'fast' ? say.roof_fast : say.roof_exact} ${number(gflops)} GFLOP/s`]);
  }

  const marks = [];
  for (const entry of points) {
    const filled = arithmetic_of(entry.name) === 'fast';
    const mark = svg('path', { class: `point ${group_of(entry.name)}${filled ? ' filled' : ''}`, d: kShapes[group_of(entry.name)](kRadius),
      transform: `translate(${x(entry.intensity).toFixed(1)} ${y(entry.gflops).toFixed(1)})` });
    plot.append(mark);
    marks.push({ entry, mark, x: x(entry.intensity), y: y(entry.gflops) });
  }
  for (const [height_of, text] of names) plot.append(svg('text', { class: 'roof-name', x: inner.right, y: height_of, 'text-anchor': 'end' }, text));
  const look = (found) => {
    marks.forEach(({ mark }) => mark.classList.toggle('seen', mark === found?.mark));
    on_look(found ? describe(found.entry) : '');
  };
  plot.addEventListener('pointermove', (event) => {
    const box = plot.getBoundingClientRect();
    const distance = (mark) => Math.hypot(mark.x - (event.clientX - box.left), mark.y - (event.clientY - box.top));
    const nearest = marks.reduce((best, mark) => (best === null || distance(mark) < distance(best) ? mark : best), null);
    look(nearest && distance(nearest) < 24 ? nearest : null);
  });
  plot.addEventListener('pointerleave', () => look(null));
  place.replaceChildren(plot);
}

function describe(entry) {
  const arithmetic = say.parts[arithmetic_of(entry.name)];
  return `${say.groups[group_of(entry.name)]} · ${label_of(entry.name)}${arithmetic ? ` (${arithmetic})` : ''} · ${number(entry.gflops)} GFLOP/s · ${number(entry.intensity)} FLOP/${say.byte}`;
}

/** A mark and a word for each group that is drawn. */
export function draw_legend(place, run) {
  const groups = [...new Set(points_of(run).map((entry) => group_of(entry.name)))];
  place.replaceChildren(...groups.map((group) => {
    const item = document.createElement('span');
    const mark = svg('svg', { width: 16, height: 16, viewBox: '-8 -8 16 16', 'aria-hidden': 'true' });
    mark.append(svg('path', { class: `point ${group} filled`, d: kShapes[group](kRadius) }));
    item.append(mark, say.groups[group]);
    return item;
  }));
}

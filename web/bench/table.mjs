// The results as a table: of one run, with a bar for the share of the ceiling; or of all runs side by side.
import { arithmetic_of, group_of, label_of, number, percent, ratio, say } from './words.mjs';

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === 'text') element.textContent = value;
    else if (value !== null && value !== false) element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...children);
  return element;
}

export const build_name = (run) => (run.build === 'relaxed' ? say.relaxed : run.build === 'simd' ? say.simd : run.build);
export const run_name = (run) => say.run_name(build_name(run), run.threads);

function name_cell(name) {
  const arithmetic = arithmetic_of(name);
  const cell = make('th', { scope: 'row', title: name }, label_of(name));
  if (arithmetic) cell.append(' ', make('span', { class: `tag ${arithmetic}`, text: say.parts[arithmetic] }));
  return cell;
}

function share_cell(entry) {
  const cell = make('td', { class: 'share' });
  if (!Number.isFinite(entry.share)) return cell;
  const bar = make('i');
  bar.style.width = `${Math.min(entry.share, 1) * 100}%`;
  cell.append(make('span', { class: 'bar', 'aria-hidden': 'true' }, bar), make('span', { text: percent(entry.share) }));
  return cell;
}

const value_with_unit = (entry) => [`${number(entry.median)} `, make('small', { text: say.units[entry.unit] ?? entry.unit })];

/** Rows in the order of the list, with a heading before each group. */
function bodies(names, columns, row) {
  const made = [];
  let group = null;
  for (const name of names) {
    if (group_of(name) !== group) {
      group = group_of(name);
      made.push(make('tbody', {}, make('tr', { class: 'group' }, make('th', { scope: 'rowgroup', colspan: columns }, make('span', { text: say.groups[group] ?? group })))));
    }
    made.at(-1).append(row(name));
  }
  return made;
}

const heading = (text, kind) => make('th', { scope: 'col', class: kind, text });

export function fill_table(table, run) {
  const entries = new Map(run.entries.map((entry) => [entry.name, entry]));
  const head = make('thead', {}, make('tr', {}, heading(say.name, 'text'), heading(say.median, 'value'), heading(say.range, 'value range'),
    heading(say.gflops, 'value gflops'), heading(say.share, 'text')));
  table.replaceChildren(make('caption', { text: run_name(run) }), head, ...bodies(entries.keys(), 5, (name) => {
    const entry = entries.get(name);
    return make('tr', {}, name_cell(name), make('td', { class: 'value' }, ...value_with_unit(entry)),
      make('td', { class: 'value range', text: `${number(entry.minimum)} – ${number(entry.maximum)}` }),
      make('td', { class: 'value gflops', text: entry.gflops === null ? '' : number(entry.gflops) }), share_cell(entry));
  }));
}

/** Every run beside the first one that knows the entry. */
export function fill_comparison(table, runs) {
  // The run that knows most names (those with fast arithmetic) has them in the order of the list.
  const longest_first = [...runs].sort((a, b) => b.entries.length - a.entries.length);
  const names = [...new Set(longest_first.flatMap((run) => run.entries.map((entry) => entry.name)))];
  const maps = runs.map((run) => new Map(run.entries.map((entry) => [entry.name, entry])));
  const head = make('thead', {}, make('tr', {}, heading(say.name, 'text'), ...runs.map((run) => heading(run_name(run), 'value'))));
  table.replaceChildren(make('caption', { text: say.all }), head, ...bodies(names, runs.length + 1, (name) => {
    const first = maps.find((map) => map.has(name)).get(name);
    return make('tr', {}, name_cell(name), ...maps.map((map) => {
      const entry = map.get(name);
      if (!entry) return make('td', { class: 'value', text: '–' });
      const cell = make('td', { class: 'value' }, ...value_with_unit(entry));
      if (entry !== first) cell.append(make('span', { class: 'ratio', text: ratio(entry.median / first.median) }));
      return cell;
    }));
  }));
}

// bench.html: choices, runs one after the other, and what is shown of them. Scripts drive it by window.myelin_bench:
//   run({only: ['gemm'], builds: ['simd'], threads: [1], seconds, repetitions}) resolves to the results; json() has those so far;
//   finished is the promise of the run that the address started: bench.html#only=W3,gemm&builds=simd&threads=1&seconds=0.02&run
import { draw_legend, draw_roofline, points_of } from './roofline.mjs';
import { most_threads, Runner, Stopped, supported_builds } from './runs.mjs';
import { fill_comparison, fill_table, make, run_name } from './table.mjs';
import { kLanguage, say } from './words.mjs';

const kRepetitions = 7;
const kSeconds = { short: 0.02, normal: 0.05, long: 0.25 };
const kGroups = { workloads: ['W1', 'W1b', 'W2', 'W2adam', 'W3', 'W4', 'W5'], gemm: ['gemm'], conv: ['conv'], dense: ['dense'], pool: ['pool'],
  norm: ['norm'], activation: ['activation'], optimizer: ['optimizer'], ceiling: ['ceiling'] };

const at = (id) => document.getElementById(id);
const address = new URLSearchParams(location.hash.slice(1));
const builds = supported_builds();
const runner = new Runner();
let runs = [], view = 0, running = false;

function result() {
  return { page: { agent: navigator.userAgent, processors: navigator.hardwareConcurrency ?? null, isolated: self.crossOriginIsolated,
    date: new Date().toISOString() }, runs };
}

// --- choices ------------------------------------------------------------------------------------------------------------------

function chip(kind, name, value, text, { checked, disabled = false, title = '' }) {
  const input = make('input', { type: kind, name, value, checked, disabled });
  return make('label', { class: 'chip', title }, input, make('span', { text }));
}

const chosen = (name) => [...document.querySelectorAll(`input[name=${name}]:checked`)].map((input) => input.value);

function make_choices() {
  const list = (key) => address.get(key)?.split(',').filter(Boolean) ?? null;
  const only = list('only');
  for (const [group, words] of Object.entries(kGroups)) {
    const wanted = !only || words.some((word) => only.some((one) => one.split('/')[0] === word));
    at('groups').append(chip('checkbox', 'group', group, say.groups[group], { checked: wanted }));
  }
  for (const build of ['simd', 'relaxed']) {
    const here = builds[build];
    at('builds').append(chip('checkbox', 'build', build, say[build], { checked: here && (list('builds')?.includes(build) ?? true), disabled: !here,
      title: here ? say[`${build}_help`] : say.not_here }));
  }
  const most = most_threads();
  for (let count = 1; count <= most; ++count) {
    const wanted = list('threads')?.includes(String(count)) ?? (count === 1 || count === Math.min(most, 4));
    at('threads').append(chip('checkbox', 'thread', count, String(count), { checked: wanted, title: most === 1 ? say.one_thread : '' }));
  }
  if (!self.crossOriginIsolated) at('threads').append(make('span', { class: 'note', text: say.one_thread }));
  for (const care of Object.keys(kSeconds)) at('care').append(chip('radio', 'care', care, say[care], { checked: care === 'normal' }));
  at('controls').addEventListener('change', tell_plan);
}

const plan = () => ({
  only: chosen('group').flatMap((group) => kGroups[group]), builds: chosen('build'), threads: chosen('thread').map(Number),
  seconds: kSeconds[chosen('care')[0]], repetitions: kRepetitions,
});

function tell_plan() {
  if (running) return;
  const { builds: b, threads } = plan();
  at('status').textContent = say.ready(b.length * threads.length);
}

function tell_problem(text) {
  at('problem').textContent = text;
  at('problem').hidden = text === '';
}

// --- running --------------------------------------------------------------------------------------------------------------------

function set_running(on) {
  running = on;
  at('run').textContent = on ? say.stop : say.run;
  at('run').classList.toggle('primary', !on);
  at('progress-bar').hidden = !on;
  document.querySelectorAll('#controls fieldset').forEach((fieldset) => { fieldset.disabled = on; });
}

const minutes_left = (begin, share) => Math.round(((performance.now() - begin) / 60000) * (1 / share - 1));

async function run(options = {}) {
  if (running) throw new Error('running');
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined && value !== null));
  const { only, builds: wanted_builds, threads, seconds, repetitions } = { ...plan(), ...given };
  if (only.length === 0 || wanted_builds.length === 0 || threads.length === 0) throw new Error(say.choose);
  set_running(true);
  tell_problem('');
  runs = [];
  view = 0;
  const begin = performance.now();
  const orders = wanted_builds.flatMap((build) => threads.map((count) => ({ build, threads: count, words: only, seconds, repetitions })));
  try {
    for (const [index, order] of orders.entries()) {
      const finished = await runner.run(order, (measured, done, names) => {
        if (names.length === 0) return;
        runs[index] = measured;
        const share = (index + done / names.length) / orders.length;
        at('progress-bar').value = share;
        const next = names[Math.min(done, names.length - 1)];
        const left = share > 0.02 ? `, ${say.left(minutes_left(begin, share))}` : '';
        at('status').textContent = `${run_name(measured)}: ${say.progress(next, Math.min(done + 1, names.length), names.length)}${left}`;
        if (done > 0) show(index);
      });
      if (finished.entries.length === 0) throw new Error(say.unknown(only.join(', ')));
    }
    at('status').textContent = say.done(Math.round((performance.now() - begin) / 1000));
    if (runs.length > 1) show('all');
  } catch (error) {
    runs = runs.filter((one) => one?.entries.length > 0);
    if (error instanceof Stopped) at('status').textContent = say.stopped;
    else {
      at('status').textContent = '';
      tell_problem(error.message.startsWith(say.unknown('').slice(0, 10)) ? error.message : say.failed);
      throw error;
    }
  } finally {
    set_running(false);
    if (runs.length > 0) show(view);
  }
  return result();
}

// --- results ------------------------------------------------------------------------------------------------------------------

function show(which) {
  view = which === 'all' || which < runs.length ? which : 0;
  at('results').hidden = false;
  const buttons = runs.map((one, index) => [index, run_name(one)]);
  if (runs.length > 1) buttons.push(['all', say.all]);
  at('views').replaceChildren(...buttons.map(([index, text]) => {
    const button = make('button', { type: 'button', 'aria-pressed': String(index === view), text });
    button.addEventListener('click', () => show(index));
    return button;
  }));
  if (view === 'all') fill_comparison(at('table'), runs);
  else fill_table(at('table'), runs[view]);
  at('table-note').textContent = view === 'all' ? say.compare_note : say.table_note;
  show_roofline();
}

// Of the run in view; of the last one where all are compared: the fastest build with the most threads.
const run_in_view = () => (view === 'all' ? runs.at(-1) : runs[view]);

function show_roofline() {
  const shown = run_in_view();
  const possible = shown !== undefined && points_of(shown).length > 1;
  at('roofline').hidden = !possible;
  if (!possible) return;
  at('roofline').querySelector('h2').textContent = `${say.roofline} · ${run_name(shown)}`;
  draw_roofline(at('plot'), shown, (text) => { at('readout').textContent = text; });
  draw_legend(at('legend'), shown);
}

const json_text = () => `${JSON.stringify(result(), null, 1)}\n`;

function download() {
  const url = URL.createObjectURL(new Blob([json_text()], { type: 'application/json' }));
  const link = make('a', { href: url, download: `myelin-bench-${new Date().toISOString().slice(0, 10)}.json` });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

async function copy() {
  const say_it = (text) => {
    at('copy').textContent = text;
    setTimeout(() => { at('copy').textContent = say.copy; }, 2000);
  };
  try {
    await navigator.clipboard.writeText(json_text());
    say_it(say.copied);
  } catch {
    say_it(say.not_copied);
  }
}

// --- start --------------------------------------------------------------------------------------------------------------------

function start() {
  document.title = say.document_title;
  for (const element of document.querySelectorAll('[data-word]')) element.textContent = say[element.dataset.word];
  const other = new URLSearchParams(location.search);
  other.set('lang', say.other_tag);
  Object.assign(at('language'), { textContent: say.other, lang: say.other_tag, hreflang: say.other_tag });
  const follow_hash = () => { at('language').href = `?${other}${location.hash}`; };
  follow_hash();
  window.addEventListener('hashchange', follow_hash);
  at('run').textContent = say.run;
  at('controls').hidden = false;
  if (!builds.simd) {
    tell_problem(say.no_simd);
    at('run').disabled = true;
    return null;
  }
  make_choices();
  tell_plan();
  // The page has said it, or the person has stopped it: a rejection would only repeat that in the console.
  const run_and_tell = (options) => run(options).catch((error) => {
    if (error.message === say.choose) tell_problem(error.message);
  });
  at('controls').addEventListener('submit', (event) => {
    event.preventDefault();
    if (running) runner.stop();
    else run_and_tell();
  });
  at('copy').addEventListener('click', copy);
  at('download').addEventListener('click', download);
  new ResizeObserver(() => { if (!at('roofline').hidden) show_roofline(); }).observe(document.querySelector('main'));
  if (!address.has('run')) return null;
  const numbers = Object.fromEntries(['seconds', 'repetitions'].map((key) => [key, Number(address.get(key)) || undefined]));
  return run({ only: address.get('only')?.split(',').filter(Boolean), ...numbers });
}

const finished = start();
finished?.catch(() => { /* the page says it; whoever awaits the promise hears it as well */ });
window.myelin_bench = { run, stop: () => runner.stop(), json: result, finished, language: kLanguage };

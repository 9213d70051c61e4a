// bench.html: measures in a worker, shows finite figures, and gives them away as JSON. Nothing here judges speed.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before } from 'node:test';
import { open_browser, test } from './helpers.mjs';

let tools;
before(async () => { tools = await open_browser(); });
after(() => tools?.close());

const open = (options) => tools.open({ path: 'bench.html', ready: false, ...options });
const kShort = 'seconds=0.005&repetitions=3';
const positive = (value) => Number.isFinite(value) && value > 0;

function check_entries(run) {
  for (const entry of run.entries) {
    for (const key of ['median', 'minimum', 'maximum', 'ceiling', 'share']) assert.ok(positive(entry[key]), `${run.build} ${entry.name}: ${key}`);
    assert.ok(entry.minimum <= entry.median && entry.median <= entry.maximum);
  }
}

test('the address starts both builds with one and two threads; table, roofline and download hold what was measured', async () => {
  const page = await open({ hash: `only=W1,gemm/32,gemm/64&threads=1,2&${kShort}&run`, context: { acceptDownloads: true } });
  const { page: about, runs } = await page.evaluate(() => myelin_bench.finished);
  assert.ok(about.isolated && about.processors >= 1);
  assert.deepEqual(runs.map(({ build, threads }) => [build, threads]), about.processors > 1
    ? [['simd', 1], ['simd', 2], ['relaxed', 1], ['relaxed', 2]] : [['simd', 1], ['relaxed', 1]]);
  for (const run of runs) {
    const exact = ['W1/exact', 'gemm/32/exact', 'gemm/64/exact'];
    assert.deepEqual(run.entries.map(({ name }) => name).filter((name) => name.endsWith('exact')), exact);
    assert.equal(run.entries.some(({ name }) => name.endsWith('fast')), run.build === 'relaxed', 'only relaxed SIMD has fused arithmetic');
    assert.deepEqual([run.repetitions, run.seconds], [3, 0.005]);
    check_entries(run);
  }
  const views = page.locator('#views button');
  assert.equal(await views.count(), runs.length + 1);
  assert.equal(await page.locator('#table thead th').count(), runs.length + 1, 'the comparison is shown last');
  await views.first().click();
  const rows = await page.locator('#table tbody tr:not(.group)').allInnerTexts();
  assert.equal(rows.length, runs[0].entries.length);
  for (const row of rows) assert.match(row, /\d.*\d\u202f%$/s);
  assert.equal(await page.locator('#plot path.point').count(), 2, 'two products of the first run');
  assert.match(await page.locator('#plot').innerText(), /FLOP per byte[^]*GFLOP\/s/);
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('#download')]);
  assert.match(download.suggestedFilename(), /^myelin-bench-\d{4}-\d\d-\d\d\.json$/);
  const saved = JSON.parse(fs.readFileSync(await download.path(), 'utf8'));
  assert.deepEqual(saved.runs, runs);
  await page.finish();
});

test('without isolation there is one thread, the page stays alive while it measures, and Stop keeps what there is', async () => {
  const page = await open({ isolation: false, query: 'lang=fr' });
  assert.deepEqual(await page.locator('#threads input').evaluateAll((inputs) => inputs.map((input) => input.value)), ['1']);
  assert.equal(await page.title(), 'Myelin · vitesse');
  await page.click('label.chip:has(input[value=relaxed])');
  await page.click('#run');
  await page.waitForFunction(() => (window.myelin_bench.json().runs[0]?.entries.length ?? 0) >= 2, null, { timeout: 60_000 });
  const longest = await page.evaluate(() => new Promise((resolve) => {
    let last = performance.now(), worst = 0, frames = 0;
    const frame = (now) => {
      worst = Math.max(worst, now - last);
      last = now;
      if (++frames < 10) requestAnimationFrame(frame);
      else resolve(worst);
    };
    requestAnimationFrame(frame);
  }));
  assert.ok(longest < 1000, `a frame took ${longest} ms`);
  assert.equal(await page.locator('#run').innerText(), 'Arrêter');
  await page.click('#run');
  await page.waitForFunction(() => document.getElementById('status').textContent === 'Arrêté');
  const { runs } = await page.evaluate(() => myelin_bench.json());
  assert.equal(runs.length, 1);
  assert.equal(runs[0].build, 'simd');
  assert.ok(runs[0].entries.length >= 2 && runs[0].entries.every((entry) => positive(entry.median)));
  await page.finish();
});

test('scripts run what they ask for; a name that means nothing is a sentence', async () => {
  const page = await open({ query: 'lang=en' });
  const found = await page.evaluate(() => myelin_bench.run({ only: ['activation/relu/forward'], builds: ['simd'], threads: [1], seconds: 0.002, repetitions: 1 }));
  assert.deepEqual(found.runs.map((run) => run.entries.map(({ name }) => name)), [['activation/relu/forward']]);
  check_entries(found.runs[0]);
  const refused = await page.evaluate(() => myelin_bench.run({ only: ['dance'], builds: ['simd'], threads: [1] }).catch((error) => error.message));
  assert.match(refused, /“dance”/);
  assert.match(await page.locator('#problem').innerText(), /“dance”/);
  await page.finish();
});

test('the playground leads here, in a tab of its own and in its language', async () => {
  const page = await tools.open({ query: 'lang=fr' });
  const context = page.context();
  await page.mouse.click(120, 786);  // the line about this run
  await page.waitForTimeout(300);
  // Down the little window in the middle, until its last item is met.
  let bench = null;
  for (let y = 420; y < 660 && !bench; y += 12) {
    [bench] = await Promise.all([context.waitForEvent('page', { timeout: 200 }).catch(() => null), page.mouse.click(460, y)]);
  }
  assert.ok(bench, 'no button opened a page');
  await bench.waitForLoadState();
  assert.match(bench.url(), /\/bench\.html\?lang=fr$/);
  assert.equal(await bench.evaluate(() => document.documentElement.lang), 'fr');
  await page.finish();
});

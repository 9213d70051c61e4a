import { chromium } from 'playwright-core';
const port = process.argv[2], target = Number(process.argv[3] ?? 0.88), hash = process.argv[4] ?? 'preset=lenet5&data.size=full';
const b = await chromium.launch({ executablePath: '/usr/bin/chromium' });
const p = await b.newPage({ viewport: { width: 1280, height: 800 } });
p.on('console', m => console.log(m.type(), m.text())); p.on('pageerror', e => console.log(String(e)));
await p.goto(`http://127.0.0.1:${port}/`); await p.evaluate(() => myelin.ready);
const t0 = Date.now();
await p.evaluate((h) => myelin.set(h), hash);
for (;;) { const s = await p.evaluate(() => myelin.state()); if (s.run_state !== 'waiting' && s.settled || s.error) { console.log('loaded', Date.now() - t0, 'ms', JSON.stringify(s)); break; } if (Date.now() - t0 > 60000) { console.log('not loaded', JSON.stringify(s)); break; } await p.waitForTimeout(100); }
const t1 = Date.now();
for (let e = 1; e <= 12; ++e) {
  const s = await p.evaluate(async () => { const s = myelin.state(); await myelin.run({ epochs: 1 }); return myelin.state(); });
  console.log(`epoch ${s.epoch}: ${((Date.now() - t1) / 1000).toFixed(1)} s, test ${s.test.accuracy}, train loss ${s.train.loss} threads ${s.threads} ${s.build}`);
  if (s.test.accuracy >= target || s.error) break;
}
await b.close();

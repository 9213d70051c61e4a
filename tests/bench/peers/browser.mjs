// A browser, and two servers of the same files: one whose pages are isolated (shared memory, threads), one whose pages are not.
// No content security policy: some peers start workers from blobs.
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { page_headers, resolve_file } from '../../../tools/serve.mjs';

const kRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const kFlags = ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
  '--disable-background-timer-throttling', '--disable-renderer-backgrounding', '--disable-backgrounding-occluded-windows'];
const kTypes = { '.mjs': 'text/javascript', '.js': 'text/javascript', '.wasm': 'application/wasm' };
const kPage = '<!doctype html><meta charset="utf-8"><title>peers</title>';

function browser_program() {
  const toolchain = path.join(kRoot, 'build/toolchain.json');
  const found = process.env.CHROME ?? (fs.existsSync(toolchain) ? JSON.parse(fs.readFileSync(toolchain, 'utf8')).result?.browser : null);
  if (!found) throw new Error('no browser is known: run `node tools/setup.mjs`, or set CHROME to a Chromium or Chrome program');
  return found;
}

/** `mounts` is {'/dist/': folder}. */
function serve(mounts, isolation) {
  const server = http.createServer((request, response) => {
    const address = request.url.split('?', 1)[0];
    const mount = Object.keys(mounts).find((begin) => address.startsWith(begin));
    const file = mount ? resolve_file(mounts[mount], address.slice(mount.length - 1)) : null;
    if (!file && address !== '/') {
      response.writeHead(404).end();
      return;
    }
    const type = file ? kTypes[path.extname(file)] ?? 'application/octet-stream' : 'text/html';
    const { 'Content-Security-Policy': _, ...headers } = page_headers(type, isolation);
    response.writeHead(200, headers).end(file ? fs.readFileSync(file) : kPage);
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve({
      url: `http://localhost:${server.address().port}/`,
      close: () => new Promise((done) => {
        server.closeAllConnections();
        server.close(done);
      }),
    }));
  });
}

/** {version, open({side, workload, options, isolation}), close()}: open() resolves to {measure(seconds), close()}, a page of its own. */
export async function open_browser({ dist, peers }) {
  const mounts = { '/dist/': fs.realpathSync(dist), '/bundles/': fs.realpathSync(path.join(peers, 'bundles')),
    '/modules/': fs.realpathSync(path.join(peers, 'node_modules')) };
  const servers = { true: await serve(mounts, true), false: await serve(mounts, false) };
  const browser = await chromium.launch({ executablePath: browser_program(), args: kFlags });
  return {
    version: browser.version(),
    async open({ side, workload, options = {}, isolation = true }) {
      const context = await browser.newContext(), page = await context.newPage();
      page.setDefaultTimeout(0);
      const { url } = servers[isolation];
      await page.goto(url);
      try {
        await page.evaluate(async ([name, work, given]) => {
          const common = await import('/bundles/common.mjs');
          const made = await (await import(`/bundles/${name}.mjs`)).create(work, given);
          window.measure = made.measure ?? ((seconds) => common.measure(made, seconds));
        }, [side, workload, { dist: `${url}dist/`, modules: `${url}modules/`, ...options }]);
      } catch (error) {
        await context.close();
        throw error;
      }
      return { measure: (seconds) => page.evaluate((one) => window.measure(one), seconds), close: () => context.close() };
    },
    async close() {
      await browser.close();
      await servers.true.close();
      await servers.false.close();
    },
  };
}

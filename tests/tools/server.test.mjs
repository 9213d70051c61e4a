// The static server: isolation headers, policy, types, compression, caching, and that it serves nothing outside its root.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import zlib from 'node:zlib';
import { choose_encoding, parse_arguments, startServer } from '../../tools/serve.mjs';

let folder;
let isolated;
let plain;

before(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'myelin-server-'));
  const root = path.join(folder, 'root');
  fs.mkdirSync(path.join(root, 'lesson'), { recursive: true });
  fs.writeFileSync(path.join(folder, 'secret.txt'), 'outside');
  fs.writeFileSync(path.join(root, 'index.html'), '<!doctype html><title>root</title>');
  fs.writeFileSync(path.join(root, 'lesson/index.html'), '<!doctype html><title>lesson</title>');
  fs.writeFileSync(path.join(root, 'app.mjs'), 'export const a = 1;\n'.repeat(200));
  fs.writeFileSync(path.join(root, 'app.wasm'), Buffer.alloc(4096, 7));
  fs.writeFileSync(path.join(root, 'app.wasm.br'), zlib.brotliCompressSync(Buffer.alloc(4096, 7)));
  fs.symlinkSync(path.join(folder, 'secret.txt'), path.join(root, 'link.txt'));
  isolated = await startServer({ root });
  plain = await startServer({ root, isolation: false });
});

after(async () => {
  await isolated.close();
  await plain.close();
  fs.rmSync(folder, { recursive: true });
});

/** A request as it stands: fetch() would tidy the path and unpack the body. */
function request(server, url, { method = 'GET', headers = {} } = {}) {
  return new Promise((resolve, reject) => {
    http.request({ host: '127.0.0.1', port: server.port, path: url, method, headers }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }));
    }).on('error', reject).end();
  });
}

test('a page is cross-origin isolated and carries the policy', async () => {
  const { status, headers } = await request(isolated, '/');
  assert.equal(status, 200);
  assert.equal(headers['cross-origin-opener-policy'], 'same-origin');
  assert.equal(headers['cross-origin-embedder-policy'], 'require-corp');
  assert.equal(headers['document-isolation-policy'], 'isolate-and-require-corp');
  assert.equal(headers['cross-origin-resource-policy'], 'cross-origin');
  assert.match(headers['content-security-policy'], /script-src 'self' 'wasm-unsafe-eval';/);
  assert.doesNotMatch(headers['content-security-policy'], /'unsafe-eval'|https?:/);
});

test('scripts, which workers load too, carry the isolation headers', async () => {
  const { headers } = await request(isolated, '/app.mjs');
  assert.equal(headers['cross-origin-embedder-policy'], 'require-corp');
  assert.equal(headers['cross-origin-resource-policy'], 'same-origin');
  assert.match(headers['content-type'], /^text\/javascript/);
});

test('--no-isolation leaves the isolation headers out and keeps the policy', async () => {
  const { headers } = await request(plain, '/');
  for (const name of ['cross-origin-opener-policy', 'cross-origin-embedder-policy', 'document-isolation-policy']) {
    assert.equal(headers[name], undefined);
  }
  assert.ok(headers['content-security-policy']);
});

test('WebAssembly has its own type and is sent as it was compressed beforehand', async () => {
  const { headers, body } = await request(isolated, '/app.wasm', { headers: { 'Accept-Encoding': 'gzip, deflate, br' } });
  assert.equal(headers['content-type'], 'application/wasm');
  assert.equal(headers['content-encoding'], 'br');
  assert.equal(Number(headers['content-length']), body.length);
  assert.deepEqual(zlib.brotliDecompressSync(body), Buffer.alloc(4096, 7));
});

test('what was not compressed beforehand is compressed on the way', async () => {
  const { headers, body } = await request(isolated, '/app.mjs', { headers: { 'Accept-Encoding': 'gzip' } });
  assert.equal(headers['content-encoding'], 'gzip');
  assert.equal(headers.vary, 'Accept-Encoding');
  assert.match(zlib.gunzipSync(body).toString(), /^export const a/);
});

test('a client that accepts no encoding gets the bytes', async () => {
  const { headers, body } = await request(isolated, '/app.wasm');
  assert.equal(headers['content-encoding'], undefined);
  assert.equal(body.length, 4096);
});

test('an encoding of weight 0 is not chosen', () => {
  assert.equal(choose_encoding('br;q=0, gzip;q=0.5'), 'gzip');
  assert.equal(choose_encoding('gzip, BR'), 'br');
  assert.equal(choose_encoding('identity'), '');
  assert.equal(choose_encoding(undefined), '');
});

test('an unchanged file is answered by 304 with the isolation headers', async () => {
  const first = await request(isolated, '/app.mjs');
  const second = await request(isolated, '/app.mjs', { headers: { 'If-None-Match': first.headers.etag } });
  assert.equal(second.status, 304);
  assert.equal(second.body.length, 0);
  assert.equal(second.headers['cross-origin-embedder-policy'], 'require-corp');
  const other = await request(isolated, '/app.mjs', { headers: { 'If-None-Match': first.headers.etag, 'Accept-Encoding': 'gzip' } });
  assert.equal(other.status, 200, 'the compressed form is another representation');
});

test('nothing outside the root is served', async () => {
  for (const url of ['/../secret.txt', '/%2e%2e/secret.txt', '/lesson/../../secret.txt', '/..%2fsecret.txt', '/..%5csecret.txt',
    '/link.txt', '/%00', '/%zz', '//../secret.txt']) {
    const { status, body } = await request(isolated, url);
    assert.equal(status, 404, url);
    assert.doesNotMatch(body.toString(), /outside/);
  }
});

test('a folder is served by its index.html, below a trailing slash', async () => {
  const redirected = await request(isolated, '/lesson?a=1');
  assert.equal(redirected.status, 308);
  assert.equal(redirected.headers.location, 'lesson/?a=1');
  assert.match((await request(isolated, '/lesson/')).body.toString(), /lesson/);
});

test('HEAD has no body, other methods are refused', async () => {
  const head = await request(isolated, '/app.wasm', { method: 'HEAD' });
  assert.equal(head.status, 200);
  assert.equal(head.body.length, 0);
  assert.equal((await request(isolated, '/', { method: 'POST' })).status, 405);
});

test('a taken port is an error when it was asked for, otherwise the next one is used', async () => {
  const root = path.join(folder, 'root');
  await assert.rejects(startServer({ root, port: isolated.port }), { code: 'EADDRINUSE' });
  const next = await startServer({ root, port: isolated.port, search: true });
  assert.notEqual(next.port, isolated.port);
  await next.close();
});

test('options are read, wrong ones are named', () => {
  assert.deepEqual(parse_arguments(['--port', '9000', '--no-isolation']),
    { port: 9000, isolation: false, host: '127.0.0.1', search: false, error: null });
  assert.equal(parse_arguments(['--port=81']).port, 81);
  assert.match(parse_arguments(['--port', 'many']).error, /--port wants a number/);
  assert.match(parse_arguments(['--prot']).error, /"--prot" is not known/);
});

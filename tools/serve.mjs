// The static server: sends dist/ with the headers that make a page cross-origin isolated (threads), the content
// security policy and compressed bodies. No framework, no dependency, listens on this machine only unless told.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import zlib from 'node:zlib';

const kTypes = {
  '.html': 'text/html; charset=utf-8', '.mjs': 'text/javascript; charset=utf-8', '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8', '.json': 'application/json; charset=utf-8', '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json', '.svg': 'image/svg+xml', '.png': 'image/png', '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg', '.webp': 'image/webp', '.txt': 'text/plain; charset=utf-8', '.md': 'text/plain; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8', '.wgsl': 'text/plain; charset=utf-8', '.woff2': 'font/woff2', '.ttf': 'font/ttf',
  '.bin': 'application/octet-stream',
};
const kCompressible = /^(text\/|application\/(json|wasm|manifest|octet-stream)|image\/svg|font\/ttf|image\/x-icon)/;
const kLeastCompressed = 512;

// 'wasm-unsafe-eval' lets WebAssembly compile and nothing else; frame-ancestors stays open because the page is meant
// to be embedded and holds no secrets.
export const kContentSecurityPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; "
  + "connect-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; font-src 'self'; "
  + "manifest-src 'self'; base-uri 'none'; form-action 'none'";

/** The headers that do not depend on the file's bytes. */
export function page_headers(type, isolation) {
  const document_ = type.startsWith('text/html');
  return {
    'Content-Type': type,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-cache',
    // A page that is itself isolated may only frame documents that allow it; the rest is for our own page alone.
    'Cross-Origin-Resource-Policy': document_ ? 'cross-origin' : 'same-origin',
    ...(document_ ? { 'Content-Security-Policy': kContentSecurityPolicy } : {}),
    ...(isolation ? {
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
      // Threads inside a frame of a page that is not isolated (a course page): only this header gives them.
      'Document-Isolation-Policy': 'isolate-and-require-corp',
    } : {}),
  };
}

/** The best encoding the client accepts: 'br', 'gzip' or ''. A weight of 0 means "not this one". */
export function choose_encoding(accept) {
  const accepted = new Set((accept ?? '').split(',').map((part) => part.trim().toLowerCase())
    .filter((part) => part && !/;\s*q=0(\.0*)?$/.test(part)).map((part) => part.split(';')[0].trim()));
  if (accepted.has('br')) return 'br';
  if (accepted.has('gzip')) return 'gzip';
  return '';
}

/** The file a URL path means inside `root` (an absolute real path), or null when it is outside or missing. */
export function resolve_file(root, url_path) {
  let name;
  try {
    name = decodeURIComponent(url_path);
  } catch {
    return null;
  }
  if (name.includes('\0') || name.includes('\\') || name.split('/').includes('..')) return null;
  let file = path.join(root, name);
  try {
    if (fs.statSync(file).isDirectory()) file = path.join(file, 'index.html');
    file = fs.realpathSync(file);  // a link must not lead outside either
    if (!file.startsWith(root + path.sep) || !fs.statSync(file).isFile()) return null;
  } catch {
    return null;
  }
  return file;
}

const compressed_cache = new Map();  // "encoding:tag" -> bytes of files that were not compressed beforehand

function body_of(file, stat, encoding, tag) {
  if (!encoding) return fs.readFileSync(file);
  const beside = `${file}.${encoding === 'br' ? 'br' : 'gz'}`;
  const ready = fs.statSync(beside, { throwIfNoEntry: false });
  if (ready && ready.mtimeMs >= stat.mtimeMs) return fs.readFileSync(beside);
  const key = `${encoding}:${tag}`;
  if (!compressed_cache.has(key)) {
    const bytes = fs.readFileSync(file);
    compressed_cache.set(key, encoding === 'gzip' ? zlib.gzipSync(bytes)
      : zlib.brotliCompressSync(bytes, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 5 } }));
  }
  return compressed_cache.get(key);
}

function answer(root, isolation, request, response) {
  const refuse = (status, text) => {
    response.writeHead(status, page_headers('text/plain; charset=utf-8', isolation));
    response.end(request.method === 'HEAD' ? undefined : text);
  };
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    return refuse(405, 'Only GET and HEAD are answered here.\n');
  }
  const [url_path, query] = request.url.split('?', 2);
  const file = resolve_file(root, url_path);
  if (!file) return refuse(404, 'There is no such file.\n');
  if (path.basename(file) === 'index.html' && !url_path.endsWith('/') && !url_path.endsWith('/index.html')) {
    response.writeHead(308, { Location: `${path.posix.basename(url_path)}/${query ? `?${query}` : ''}`, ...page_headers('text/plain', isolation) });
    return response.end();
  }
  const type = kTypes[path.extname(file)] ?? 'application/octet-stream';
  const stat = fs.statSync(file);
  const encoding = kCompressible.test(type) && stat.size >= kLeastCompressed ? choose_encoding(request.headers['accept-encoding']) : '';
  const tag = createHash('sha1').update(`${file}:${stat.size}:${stat.mtimeMs}`).digest('hex').slice(0, 20);
  const headers = { ...page_headers(type, isolation), ETag: `"${tag}${encoding ? `-${encoding}` : ''}"`, Vary: 'Accept-Encoding' };
  if ((request.headers['if-none-match'] ?? '').split(',').some((entry) => entry.trim().replace(/^W\//, '') === headers.ETag)) {
    response.writeHead(304, headers);  // isolation headers belong on a 304 too
    return response.end();
  }
  const body = body_of(file, stat, encoding, tag);
  if (encoding) headers['Content-Encoding'] = encoding;
  headers['Content-Length'] = body.length;
  response.writeHead(200, headers);
  return response.end(request.method === 'HEAD' ? undefined : body);
}

function listen(server, port, host) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/**
 * Serves `root`. Port 0 takes any free port; with `search` the next free one after `port` is taken.
 * Returns {url, port, close()}.
 */
export async function startServer({ root, port = 0, isolation = true, host = '127.0.0.1', search = false }) {
  const real_root = fs.realpathSync(root);
  const server = http.createServer((request, response) => {
    try {
      answer(real_root, isolation, request, response);
    } catch (error) {
      // A file may vanish between stat and read while a build is writing it.
      if (!response.headersSent) response.writeHead(503, { 'Content-Type': 'text/plain' });
      response.end(`${error.code ?? 'error'}\n`);
    }
  });
  for (let attempt = port; ; ++attempt) {
    try {
      await listen(server, attempt, host);
      break;
    } catch (error) {
      if (error.code !== 'EADDRINUSE' || !search || attempt >= port + 50) throw error;
    }
  }
  const taken = server.address().port;
  return {
    port: taken,
    url: `http://localhost:${taken}/`,
    close: () => new Promise((resolve) => {
      server.closeAllConnections();
      server.close(resolve);
    }),
  };
}

/** {port, isolation, host, search, error} from command-line words. */
export function parse_arguments(words) {
  const options = { port: 8080, isolation: true, host: '127.0.0.1', search: true, error: null };
  for (let i = 0; i < words.length; ++i) {
    const [word, given] = words[i].split('=', 2);
    const value = () => given ?? words[++i];
    if (word === '--port') {
      const text = value();
      options.port = Number(text);
      options.search = false;
      if (!/^\d+$/.test(text ?? '') || options.port > 65535) options.error = `--port wants a number from 0 to 65535, not "${text ?? ''}".`;
    } else if (word === '--no-isolation') {
      options.isolation = false;
    } else if (word === '--host') {
      options.host = value() ?? '127.0.0.1';
    } else {
      options.error = `"${word}" is not known; there are --port N, --host ADDRESS and --no-isolation.`;
    }
  }
  return options;
}

/** Serves dist/ until it is stopped, and prints the URL. Used by `npm start`. */
export async function serve_dist(words) {
  const { error, ...options } = parse_arguments(words);
  const stop = (sentence) => {
    process.stderr.write(`[serve] ${sentence}\n`);
    process.exit(2);
  };
  if (error) stop(error);
  const root = path.join(path.dirname(path.dirname(fileURLToPath(import.meta.url))), 'dist');
  if (!fs.existsSync(root)) stop('There is no dist/ yet; run npm start, which builds it.');
  try {
    const { url } = await startServer({ root, ...options });
    process.stdout.write(`\n  Myelin is at ${url}${options.isolation ? '' : '   (without isolation headers)'}\n  Stop with Ctrl+C.\n\n`);
  } catch (failure) {
    stop(failure.code === 'EADDRINUSE' ? `Port ${options.port} is taken; give another one with --port.` : String(failure.message));
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(fs.realpathSync(process.argv[1])).href) {
  await serve_dist(process.argv.slice(2));
}

// Starts the program: checks what the browser can do, downloads with a progress bar, instantiates, and says in a sentence
// what is missing. A blank page must never be the answer.
import { make_api } from './api.mjs';
import { make_deferred } from './deferred.mjs';
import { watch_input } from './input.mjs';
import { make_announcer, make_page, watch_page } from './platform.mjs';
import { say, summary } from './words.mjs';

const first = window.myelin_first ?? { modules: true, simd: true, relaxed: false, build: 'simd', program: null };
const root = document.documentElement;
let canvas = document.getElementById('canvas');
const wrapper = document.getElementById('myelin-app');
const field = document.getElementById('text-field');
const { api, attach, started, failed } = make_api();
window.myelin = api;

class Problem extends Error {
  constructor(key) {
    super(say(key));
    this.key = key;
  }
}

function show_problem(text, offer_reload) {
  const place = document.getElementById('problem');
  place.textContent = text;
  if (offer_reload) {
    const link = document.createElement('a');
    link.href = location.href;
    link.textContent = say('reload');
    link.addEventListener('click', (event) => {
      event.preventDefault();
      location.reload();
    });
    place.append(' ', link);
  }
  place.hidden = false;
  document.getElementById('progress').hidden = true;
  root.classList.add('stopped');
}

function show_progress(share) {
  const bar = document.getElementById('progress');
  const percent = Math.round(Math.min(share, 1) * 100);
  bar.setAttribute('aria-valuenow', String(percent));
  bar.firstElementChild.style.width = `${percent}%`;
}

/** The size of the program before compression: what the download's reader counts. 0 when nobody knows. */
function expected_bytes(response) {
  const known = Number(new URLSearchParams(document.querySelector('meta[name=myelin-bytes]').content).get(first.build));
  if (known > 0) return known;
  return response.headers.has('content-encoding') ? 0 : Number(response.headers.get('content-length')) || 0;
}

/** The same response, counted while it streams into the compiler. */
function with_progress(response) {
  const total = expected_bytes(response);
  if (!response.body || !total) return response;
  let seen = 0;
  const counter = new TransformStream({
    transform(chunk, next) {
      seen += chunk.byteLength;
      show_progress(seen / total);
      next.enqueue(chunk);
    },
  });
  return new Response(response.body.pipeThrough(counter), { headers: { 'content-type': 'application/wasm' } });
}

async function download() {
  let response;
  try {
    response = await (first.program ?? fetch(new URL(`../myelin-${first.build}.wasm`, import.meta.url), { credentials: 'same-origin' }));
  } catch {
    throw new Problem('no_download');
  }
  if (!response.ok) throw new Problem('no_download');
  return response;
}

// The program's second half. A run or a click that needs it when it cannot be had ends in a sentence.
const deferred = make_deferred(new URL(`../myelin-${first.build}.deferred.wasm`, import.meta.url).href, () => {
  const problem = new Problem('no_download');
  show_problem(problem.message, true);
  failed(problem);
  return problem;
});

async function instantiate(imports) {
  const response = with_progress(await download());
  // A server that does not know the type of .wasm cannot stream, but can still be read.
  if ((response.headers.get('content-type') ?? '').startsWith('application/wasm')) {
    return WebAssembly.instantiateStreaming(response, imports);
  }
  return WebAssembly.instantiate(await response.arrayBuffer(), imports);
}

function check_browser() {
  if (!first.simd) throw new Problem('no_wasm');
  if (first.build === 'relaxed' && !first.relaxed) throw new Problem('no_relaxed');
  // Pages that are not isolated have no SharedArrayBuffer by name, but the program's memory is one.
  try {
    globalThis.SharedArrayBuffer ??= new WebAssembly.Memory({ initial: 0, maximum: 0, shared: true }).buffer.constructor;
  } catch {
    throw new Problem('no_memory');
  }
  const wish = { alpha: false, depth: false, stencil: false, antialias: false, preserveDrawingBuffer: true, powerPreference: 'default' };
  let context = canvas.getContext('webgl2', wish);
  if (context && processor_draws(context)) {
    // Chromium's way from the canvas to the screen then takes 7 ms for an opaque one that it may smooth, and 3 ms for this one, which is
    // opaque as well: the program draws all of it over an opaque background.
    const other = canvas.cloneNode();
    context.getExtension('WEBGL_lose_context')?.loseContext();
    canvas.replaceWith(other);
    canvas = other;
    canvas.style.imageRendering = 'pixelated';
    context = canvas.getContext('webgl2', { ...wish, alpha: true });
  }
  if (!context) throw new Problem('no_webgl');
  // The program finds this very context when it asks the canvas for one. ImGui asks it for what it is about to set, and sets it back:
  // each of these questions waits for the graphics process, and each answer is set anew before anything needs it.
  const ask = context.getParameter.bind(context);
  const unused = new Map([
    [context.BLEND_SRC_RGB, context.ONE], [context.BLEND_SRC_ALPHA, context.ONE], [context.BLEND_DST_RGB, context.ZERO],
    [context.BLEND_DST_ALPHA, context.ZERO], [context.BLEND_EQUATION_RGB, context.FUNC_ADD], [context.BLEND_EQUATION_ALPHA, context.FUNC_ADD],
    [context.VIEWPORT, new Int32Array(4)], [context.SCISSOR_BOX, new Int32Array(4)],
  ]);
  context.getParameter = (what) => unused.get(what) ?? ask(what);
}

/** There is no graphics card, or none that the browser uses. */
function processor_draws(context) {
  let name = context.getParameter(context.RENDERER);
  if (name === 'WebKit WebGL') {
    const told = context.getExtension('WEBGL_debug_renderer_info');
    if (told) name = context.getParameter(told.UNMASKED_RENDERER_WEBGL);
  }
  return /swiftshader|llvmpipe|software|basic render/i.test(name);
}

function on_first_picture() {
  performance.mark('myelin-first-frame');
  root.classList.add('ready');
  started({ first_frame_ms: Math.round(performance.now()) });
  deferred.fetch();
}

async function start() {
  canvas.setAttribute('aria-label', say('canvas_label'));
  new MutationObserver(() => canvas.setAttribute('aria-label', say('canvas_label'))).observe(root, { attributeFilter: ['lang'] });
  check_browser();

  const announce = make_announcer(() => api.state(), summary);
  const page = make_page({
    build: first.build,
    on_presented(count) {
      if (count === 1) queueMicrotask(on_first_picture);
      announce();
    },
  });
  let stop_waiting;
  const stopped = new Promise((_, refuse) => { stop_waiting = refuse; });
  stopped.catch(() => {});

  const { default: create } = await import(new URL(`../myelin-${first.build}.mjs`, import.meta.url).href).catch(() => {
    throw new Problem('no_download');
  });
  const options = {
    canvas, page, threads: page.threads,
    print: (text) => console.log(text),
    printErr: (text) => console.warn(text),
    // Emscripten only calls back on success, so failure has its own way out.
    instantiateWasm(imports, done) {
      instantiate(deferred.imports(imports)).then((first_half) => {
        deferred.loaded(first_half);
        done(first_half.instance, first_half.module);
      }, stop_waiting);
      return {};
    },
    onAbort() { stop(); },
  };
  let program;
  try {
    program = await Promise.race([create(options), stopped]);
  } catch (error) {
    if (error instanceof RangeError) throw new Problem('no_memory');
    throw error;
  }
  attach(program);
  deferred.attach(program);
  // Opened in the background: it can be driven long before anybody sees a picture.
  const begin_unseen = () => {
    if (!document.hidden || root.classList.contains('ready')) return;
    started({});
    deferred.fetch();
  };
  begin_unseen();
  document.addEventListener('visibilitychange', begin_unseen);
  watch_page(program, page, canvas);
  watch_input(program, page, wrapper, canvas, field);
  window.addEventListener('hashchange', () => {
    if (location.hash.length < 2) return;
    const link = program.stringToNewUTF8(location.hash);
    program._myelin_open(link);
    program._myelin_free(link);
  });
  // The program's own errors must not leave a picture that no longer answers.
  window.addEventListener('error', (event) => {
    if (event.error instanceof WebAssembly.RuntimeError) stop();
  });
}

function stop() {
  if (root.classList.contains('stopped')) return;
  show_problem(say('stopped'), true);
  failed(new Error(say('stopped')));
}

try {
  if (first.modules) await start();  // otherwise first.js has said it
} catch (error) {
  const problem = error instanceof Problem;
  show_problem(problem ? error.message : say('stopped'), !problem || error.key === 'no_download');
  failed(error);
  if (!problem) console.error(error);
}

// The browser as the program sees it: the object behind bridge.js, and the events of the page that SDL does not handle.
// Must never wait, and must survive every refusal (storage, clipboard, full screen) without a word.

// Bits of flags(); web/app/platform_web.cpp has the same list.
const kIsolated = 1, kDark = 2, kReducedMotion = 4, kCoarsePointer = 8, kApple = 16, kFrench = 32;
const kTextBuild = 0, kTextLink = 1, kTextClipboard = 2, kTextAddress = 3;

const kAnnounceEveryMs = 3000;

function query(name) {
  return new URLSearchParams(location.search).get(name) ?? '';
}

function matches(condition) {
  return matchMedia(condition).matches;
}

export function recall(key) {
  try {
    return localStorage.getItem(`myelin.${key}`) ?? '';
  } catch {
    return '';
  }
}

export function remember(key, value) {
  try {
    localStorage.setItem(`myelin.${key}`, value);
  } catch { /* private window, blocked storage: the choice lasts as long as the page */ }
}

/** 0: train between frames. A page that is not isolated cannot share memory with a worker. */
export function thread_count() {
  return self.crossOriginIsolated ? Math.min(Math.max((navigator.hardwareConcurrency || 2) - 1, 1), 4) : 0;
}

/** What the program may call: Module['page']. `on_presented` runs after every picture, `want_text` comes from input.mjs. */
export function make_page({ build, on_presented }) {
  const forced_theme = query('theme');
  const page = {
    threads: thread_count(),
    clipboard: '',
    pictures: 0,
    flags() {
      const dark = forced_theme ? forced_theme === 'dark' : matches('(prefers-color-scheme: dark)');
      return (self.crossOriginIsolated ? kIsolated : 0) | (dark ? kDark : 0) |
        (matches('(prefers-reduced-motion: reduce)') ? kReducedMotion : 0) | (matches('(pointer: coarse)') ? kCoarsePointer : 0) |
        (/^(Mac|iP)/.test(navigator.platform) ? kApple : 0) | (document.documentElement.lang === 'fr' ? kFrench : 0);
    },
    text(which) {
      if (which === kTextBuild) return build;
      if (which === kTextLink) return page.start_link;
      if (which === kTextClipboard) return page.clipboard;
      if (which === kTextAddress) return location.href.replace(/#.*/, '');
      return '';
    },
    start_link: location.hash.replace(/^#/, ''),
    publish_link(link) {
      const hash = `#${link.replace(/^#/, '')}`;
      if (hash === location.hash) return;
      try {
        history.replaceState(history.state, '', hash);
      } catch { /* browsers limit how often; the next change comes through */ }
    },
    copy(text) {
      page.clipboard = text;
      navigator.clipboard?.writeText(text).catch(() => { /* it stays the program's own clipboard */ });
    },
    open(name) {
      self.open(new URL(`../${name}`, import.meta.url), '_blank', 'noopener');
    },
    want_text() {},
    after_picture() {},
    async load(name) {
      try {
        const response = await fetch(new URL(`../assets/data/${name}`, import.meta.url), { credentials: 'same-origin' });
        return response.ok ? await unpacked(new Uint8Array(await response.arrayBuffer())) : null;
      } catch {
        return null;
      }
    },
    remember(key, value) {
      remember(key, value);
      if (key === 'language') document.documentElement.lang = value.startsWith('fr') ? 'fr' : 'en';
      if (key === 'theme') set_page_theme(value);
    },
    recall(key) {
      // What the address says goes before what was chosen on an earlier visit; flags() has it.
      return { language: query('lang'), theme: query('theme') }[key] ? '' : recall(key);
    },
    presented() {
      page.pictures += 1;
      page.after_picture();
      on_presented(page.pictures);
    },
  };
  return page;
}

/** What a gzip file holds; all other bytes as they are: some servers unpack a .gz on the way. */
async function unpacked(bytes) {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer());
}

function set_page_theme(choice) {
  if (choice === 'dark' || choice === 'light') document.documentElement.dataset.theme = choice;
  else delete document.documentElement.dataset.theme;
}

/** Events of the page for a program that runs. */
export function watch_page(program, page, canvas) {
  const wake = () => program._myelin_wake(3);
  for (const condition of ['(prefers-color-scheme: dark)', '(prefers-reduced-motion: reduce)', '(pointer: coarse)']) {
    matchMedia(condition).addEventListener('change', wake);
  }
  document.addEventListener('visibilitychange', wake);
  window.addEventListener('focus', wake);
  window.addEventListener('pageshow', wake);

  // SDL knows the size of the window only; the element can change without it (a frame, a side bar, another pixel ratio).
  // The canvas loses its picture with every change of size, so the program draws all of it before the browser paints.
  window.addEventListener('resize', () => program._myelin_draw());  // after SDL's own, which was there first
  const fit = () => window.dispatchEvent(new UIEvent('resize'));
  new ResizeObserver(fit).observe(canvas);
  const watch_ratio = () => {
    matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener('change', () => {
      fit();
      watch_ratio();
    }, { once: true });
  };
  watch_ratio();
  // Not every browser announces every change of ratio (zoom by gesture, emulation): every picture looks too.
  let ratio = devicePixelRatio;
  page.after_picture = () => {
    if (ratio === devicePixelRatio) return;
    ratio = devicePixelRatio;
    setTimeout(fit);
  };

  canvas.addEventListener('webglcontextlost', (event) => {
    event.preventDefault();  // or it is never given back
    program._myelin_graphics_lost();
  });
  canvas.addEventListener('webglcontextrestored', () => {
    canvas.getContext('webgl2').getExtension('OES_texture_float_linear');  // what was enabled is lost, too (widgets/heatmap.cpp)
    program._myelin_graphics_restored();
    wake();
  });
  // A canvas prints blank outside its own frame: copy the picture while it is there.
  const print = document.getElementById('print');
  window.addEventListener('beforeprint', () => {
    program._myelin_draw();
    print.width = canvas.width;
    print.height = canvas.height;
    print.getContext('2d').drawImage(canvas, 0, 0);
  });
  window.addEventListener('afterprint', () => { print.width = print.height = 0; });
  canvas.addEventListener('contextmenu', (event) => event.preventDefault());
}

/** A line for screen readers, at most every three seconds, and only when there is something new to say. */
export function make_announcer(read_state, summary) {
  const line = document.getElementById('live');
  let last = -Infinity;
  let timer = 0;
  const say = () => {
    timer = 0;
    last = performance.now();
    const state = read_state();
    const text = state && (state.step > 0 || state.running) ? summary(state) : '';
    if (text && text !== line.textContent) line.textContent = text;
  };
  return () => {
    if (timer) return;
    // Also after the last picture of a run: its numbers are the ones that count.
    timer = setTimeout(say, Math.max(500, last + kAnnounceEveryMs - performance.now()));
  };
}

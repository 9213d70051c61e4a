// The program's second half (tools/split.mjs): fetched after the first picture, and at once when something calls it earlier. Hands
// its bytes to the training threads, which wait for them (web/app/deferred_web.cpp). Does nothing for a program of one piece.

// Pauses between two attempts to download; the last one repeats.
const kPausesMs = [500, 2000, 5000];

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** Bytes of a file without returning to the event loop. Pages get them as text only: one character a byte. */
function read_now(url) {
  const request = new XMLHttpRequest();
  request.open('GET', url, false);
  request.overrideMimeType('text/plain; charset=x-user-defined');
  request.send();
  if (request.status !== 200) throw new Error(`${url}: ${request.status}`);
  return Uint8Array.from(request.responseText, (sign) => sign.charCodeAt(0) & 255);
}

/** `failed()` shows a sentence and returns the error to throw: somebody needs the second half and it cannot be had. */
export function make_deferred(url, failed) {
  let needed = false;    // the program is in two pieces
  let first = null;      // the first half: {instance, module}
  let table = null;
  let second = null;
  let memory = null;
  let bytes = null;
  let program = null;
  let error = null;

  // Halves of two builds (a page that was open or cached while the site changed) must not meet.
  const mark = (module) => String(WebAssembly.Module.customSections(module, 'split').map((section) => new Uint8Array(section)));
  function check(module) {
    if (mark(module) !== mark(first.module)) throw new Error(`${url} belongs to another program`);
    return module;
  }
  function load(module) {
    second ??= new WebAssembly.Instance(module, { primary: first.instance.exports });
  }
  /** Tells the threads, as soon as there are bytes and a program to tell it. */
  function publish() {
    if (!bytes || !program) return;
    new Uint8Array(memory.buffer, program._myelin_deferred_room(bytes.length), bytes.length).set(bytes);
    program._myelin_deferred_here();
    bytes = program = null;
  }
  /** False when the page is being left: browsers then refuse to wait for a download, and nobody will see what was not done. */
  function load_now() {
    if (error) throw error;
    try {
      const read = read_now(url);
      load(check(new WebAssembly.Module(read)));
      bytes = read;
      publish();
      return true;
    } catch {
      if (/unload|pagehide/.test(window.event?.type)) return false;
      throw error = failed();
    }
  }
  const placeholders = new Proxy({}, {
    get(_, slot) {
      needed = true;
      return (...words) => {
        if (!second && !load_now()) return 0;
        return table.get(Number(slot))(...words);
      };
    },
  });
  async function download() {
    const response = await fetch(url, { credentials: 'same-origin' });
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  }

  return {
    /** What the first half is instantiated with. */
    imports(known) {
      memory = Object.values(known).flatMap((module) => Object.values(module)).find((entry) => entry instanceof WebAssembly.Memory);
      return new Proxy(known, { get: (all, name) => all[name] ?? (String(name).startsWith('placeholder') ? placeholders : undefined) });
    },
    loaded(result) {
      first = result;
      table = Object.values(first.instance.exports).find((entry) => entry instanceof WebAssembly.Table);
    },
    attach(running_program) {
      program = running_program;
      publish();
    },
    /** Resolves when the second half is there; keeps trying, and says so once a thread sleeps for want of it. */
    async fetch() {
      for (let attempt = 0; needed && !second && !error; ++attempt) {
        try {
          const read = await download();
          const module = check(await WebAssembly.compile(read));
          if (second) return;
          bytes = read;
          publish();
          load(module);
        } catch {
          if (program?._myelin_deferred_wanted()) error = failed();
          else await sleep(kPausesMs[Math.min(attempt, kPausesMs.length - 1)]);
        }
      }
    },
  };
}

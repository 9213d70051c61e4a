// What this browser can run, and running it: one worker after the other, one for each build and number of threads.

/** Smallest modules that hold one instruction of each kind: (i8x16.splat), and with i8x16.relaxed_swizzle. */
const kSimd = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 1, 253, 15, 11];
const kRelaxed = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0, 65, 1, 253, 15, 65, 2, 253, 15, 253, 128, 2, 11];
const kMostThreads = 8;

function validates(bytes) {
  try {
    return WebAssembly.validate(new Uint8Array(bytes));
  } catch {
    return false;
  }
}

/** {simd: true, relaxed: false}: which builds this browser runs. */
export function supported_builds() {
  const simd = validates(kSimd);
  return { simd, relaxed: simd && validates(kRelaxed) };
}

/** 1 where memory cannot be shared with workers. */
export function most_threads() {
  return self.crossOriginIsolated ? Math.min(Math.max(navigator.hardwareConcurrency || 1, 1), kMostThreads) : 1;
}

/** Which of the words a build knows is its own affair: 'gemm/fast' means nothing to a build without fused arithmetic. */
export class Runner {
  #worker = null;
  #refuse = null;

  /** Resolves to {program, build, threads, ..., entries}; `on_progress(run, done, names)` is called after each entry. */
  run(order, on_progress) {
    return new Promise((resolve, refuse) => {
      this.#refuse = refuse;
      const worker = this.#worker = new Worker(new URL('worker.mjs', import.meta.url), { type: 'module', name: 'myelin-bench' });
      let run = null, names = [];
      const end = () => {
        worker.terminate();
        this.#worker = null;
      };
      worker.onerror = (event) => {
        event.preventDefault();
        end();
        refuse(new Error(event.message || 'worker'));
      };
      worker.onmessage = ({ data }) => {
        if (data.begin) {
          run = { ...data.begin, entries: [] };
          names = data.names;
        }
        if (data.entry) run.entries.push(data.entry);
        if (data.problem) {
          end();
          return refuse(new Error(data.problem));
        }
        if (data.finished) {
          end();
          return resolve(run);
        }
        return on_progress(run, run.entries.length, names);
      };
      worker.postMessage(order);
    });
  }

  stop() {
    if (!this.#worker) return;
    this.#worker.terminate();
    this.#worker = null;
    this.#refuse(new Stopped());
  }
}

/** Somebody pressed Stop: what was measured stays. */
export class Stopped extends Error {}

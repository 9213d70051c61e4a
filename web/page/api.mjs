// window.myelin: what tests, embedding pages and the curious may ask of the program. Only values cross this border; bad input
// rejects with a sentence and changes nothing.
import { say } from './words.mjs';

const kPollMs = 40;
// How long a command may stay without effect before it counts as refused.
const kPatienceMs = 5000;

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const is_count = (value) => Number.isSafeInteger(value) && value >= 1 && value < 2 ** 31;

export function make_api() {
  let program = null;
  let stopped = null;  // why the program no longer answers
  let facts = {};
  let announce_ready, announce_failure;
  const ready = new Promise((done, failed) => {
    announce_ready = done;
    announce_failure = failed;
  });
  ready.catch(() => { /* the page shows it; whoever awaits it is told too */ });

  function text_from(pointer) {
    const text = program.UTF8ToString(pointer);
    program._myelin_free(pointer);
    return text;
  }
  function need_program() {
    if (stopped) throw stopped;
    if (!program) throw new Error(say('loading'));
  }
  const ask = (name) => {
    need_program();
    return text_from(program[name]());
  };
  function state() {
    return { ...JSON.parse(ask('_myelin_state')), ...facts };
  }
  // Waits as long as something happens; a program that stays still for too long has not obeyed, which is an error.
  async function until(done, patience = kPatienceMs) {
    let seen = -1;
    let begin = performance.now();
    for (;;) {
      const now = state();
      if (done(now)) return now;
      if (now.step !== seen) {
        seen = now.step;
        begin = performance.now();
      }
      if (performance.now() - begin > patience) throw new Error(now.error || say('no_answer'));
      await sleep(kPollMs);
    }
  }
  const sentence_of = (now) => now.error || say(now.run_state === 'diverged' ? 'diverged' : 'failed');

  const api = {
    /** Resolves with the state after the first picture, or without one in a tab that is not seen; rejects when the program cannot run here. */
    ready,
    state,
    /** The experiment as a plain object. */
    experiment: () => JSON.parse(ask('_myelin_experiment')),
    /** The experiment as a link, without the page's address: "v=1&...". */
    link: () => ask('_myelin_link'),
    /** The parameters: [{node, name, shape, values}]. */
    weights: () => JSON.parse(ask('_myelin_weights')),
    /** A preset's name, a link, JSON text or an object. Resolves with the warnings once the program has taken it over. */
    async set(experiment) {
      await ready;
      const text = typeof experiment === 'object' && experiment !== null ? JSON.stringify(experiment) : experiment;
      if (typeof text !== 'string' || text.trim() === '') throw new TypeError(say('bad_experiment'));
      const given = program.stringToNewUTF8(text);
      const answer = text_from(program._myelin_set(given));
      program._myelin_free(given);
      const { error = null, warnings = [] } = answer ? JSON.parse(answer) : {};
      if (error) throw new Error(error);
      const now = await until((seen) => seen.settled || seen.run_state === 'failed', 30000);
      if (now.run_state === 'failed') throw new Error(sentence_of(now));
      return warnings;
    },
    /** Trains for so many epochs or steps more, or without end. Resolves with the state at the goal, or when training stopped. */
    async run(goal = {}) {
      await ready;
      const { epochs, steps } = goal ?? {};
      const right = (epochs === undefined || is_count(epochs)) && (steps === undefined || is_count(steps)) &&
        Object.keys(goal ?? {}).every((key) => key === 'epochs' || key === 'steps');
      if (!right) throw new RangeError(say('bad_goal'));
      const begin = await until((now) => now.settled, 30000);
      if (begin.run_state === 'failed') throw new Error(sentence_of(begin));
      const until_epoch = epochs ? begin.epoch + epochs : 0;
      const until_step = steps ? begin.step + steps : 0;
      program._myelin_play(until_epoch, until_step);
      let started = false;
      const asked = performance.now();
      for (;;) {
        const now = state();
        started ||= now.running;
        const reached = (until_epoch && now.epoch >= until_epoch) || (until_step && now.step >= until_step);
        const refused = !started && performance.now() - asked > kPatienceMs;
        if (now.run_state === 'failed' || (now.run_state === 'diverged' && now.sequence > begin.sequence)) throw new Error(sentence_of(now));
        if (!now.running && (reached || started || now.run !== begin.run || refused)) return now;
        await sleep(kPollMs);
      }
    },
    async pause() {
      await ready;
      program._myelin_pause();
      return until((now) => !now.running);
    },
    /** Back to the same start: the same data, the same first weights. */
    async reset() {
      await ready;
      program._myelin_reset();
      return until((now) => !now.running && now.settled && now.step === 0);
    },
    /** One batch, so many batches, {batches: n} or {epochs: n}. */
    async step(amount = 1) {
      await ready;
      const { batches, epochs } = typeof amount === 'number' ? { batches: amount } : amount ?? {};
      if ((batches === undefined) === (epochs === undefined) || !is_count(batches ?? epochs)) throw new RangeError(say('bad_step'));
      const begin = await until((now) => now.settled);
      program._myelin_step(epochs ? 1 : 0, batches ?? epochs);
      return until((now) => !now.running && (epochs ? now.epoch >= begin.epoch + epochs : now.step >= begin.step + batches));
    },
  };

  return {
    api: Object.freeze(api),
    /** Called by boot.mjs. */
    attach(running_program) { program = running_program; },
    started(what_is_known) {
      facts = { ...facts, ...what_is_known };
      announce_ready(state());
    },
    failed(error) {
      stopped = error;
      announce_failure(error);
    },
  };
}

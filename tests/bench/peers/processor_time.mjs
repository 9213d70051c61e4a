// For machines that others use, too: how much of its time the busiest thread of our child processes had a processor, from Linux's own
// accounts. Meaningful for work of one thread only; what a hypervisor takes away is not seen.
import fs from 'node:fs';

const read = (file) => {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';  // a process or thread that has just ended
  }
};
const numbers_in = (folder) => fs.readdirSync(folder).filter((name) => /^\d+$/.test(name));

/** Processes that this one has started, and theirs. */
function descendants() {
  const parents = new Map(numbers_in('/proc').map((id) => [id, read(`/proc/${id}/stat`).replace(/^.*\) \S+ /, '').split(' ')[0]]));
  const is_ours = (id) => id !== undefined && (id === String(process.pid) || is_ours(parents.get(id)));
  return [...parents.keys()].filter((id) => is_ours(parents.get(id)));
}

/** {thread: [ns on a processor, ns waiting for one]} */
function accounts() {
  const found = new Map();
  for (const id of descendants()) {
    let threads = [];
    try {
      threads = numbers_in(`/proc/${id}/task`);
    } catch { /* ended */ }
    for (const thread of threads) {
      const [running, waiting] = read(`/proc/${id}/task/${thread}/schedstat`).split(' ').map(Number);
      if (running > 0) found.set(thread, [running, waiting]);
    }
  }
  return found;
}

export const knows_processor_time = () => /^\d+ \d+ \d+/.test(read('/proc/self/schedstat'));

/** What `work` resolves to, and by how much the processors' other users have slowed it: 2 where it had half the time. */
export async function with_slowdown(work) {
  const before = accounts();
  const result = await work();
  let most = 0, slowdown = 1;
  for (const [thread, [running, waiting]] of accounts()) {
    const [ran, waited] = before.get(thread) ?? [0, 0];
    if (running - ran <= most) continue;
    most = running - ran;
    slowdown = (most + waiting - waited) / most;
  }
  return { result, slowdown };
}

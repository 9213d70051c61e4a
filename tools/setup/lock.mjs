// One writer at a time: two builds in the same folder, or two setups in the same cache, would spoil each other's files.
// The lock is a file holding the owner's process number; a lock whose owner has died is taken over.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

function owner_lives(file) {
  try {
    const owner = Number(fs.readFileSync(file, 'utf8'));
    if (!owner) return Date.now() - fs.statSync(file).mtimeMs < 2000;  // made a moment ago, not written yet
    process.kill(owner, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';  // alive, of another user
  }
}

/** Runs `work` while holding `file`; waits, saying so once, while another living process holds it. */
export async function with_lock(file, work) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  let told = false;
  for (;;) {
    try {
      fs.writeFileSync(file, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (!owner_lives(file)) {
      fs.rmSync(file, { force: true });
      continue;
    }
    if (!told) process.stdout.write(`[wait] another Myelin build is running here (${file}) ...\n`);
    told = true;
    await sleep(200);
  }
  const release = () => fs.rmSync(file, { force: true });
  process.once('exit', release);  // a failed build ends by process.exit
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

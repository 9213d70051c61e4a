// Every pinned or least version in one place, how versions are compared, and where things are kept.
import os from 'node:os';
import path from 'node:path';

export const kLeast = { emscripten: '3.1.69', cmake: '3.25', node: '20.0' };

// What is fetched from the npm registry where Node is older than that.
export const kFetchedNode = '20.20.2';

// Sources that are compiled with the page. Pinned because the page's behaviour depends on them
// (SDL2 2.32.4 and ImGui 1.90.1 are the pair whose web traps are known).
export const kSources = {
  sdl2: { version: '2.32.4', debian: 'libsdl2',
    url: 'https://github.com/libsdl-org/SDL/releases/download/release-2.32.4/SDL2-2.32.4.tar.gz',
    probe: 'include/SDL_version.h', environment: 'MYELIN_SDL2_SOURCE' },
  imgui: { version: '1.90.1', debian: 'imgui',
    url: 'https://github.com/ocornut/imgui/archive/refs/tags/v1.90.1.tar.gz',
    probe: 'imgui.h', environment: 'MYELIN_IMGUI_SOURCE' },
};

// The Debian release that holds the pinned versions; only single packages of it are unpacked
// into the cache, the system itself is never upgraded.
export const kDonorSuite = 'trixie';

/** "emcc (...) 3.1.69 (abc)" -> [3, 1, 69]; null when there is no version in the text. */
export function parse_version(text) {
  const found = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(text ?? '');
  return found ? [Number(found[1]), Number(found[2]), Number(found[3] ?? 0)] : null;
}

/** True when `text` holds a version that is not older than `least`. */
export function at_least(text, least) {
  const have = parse_version(text);
  const want = parse_version(least);
  if (!have) return false;
  for (let i = 0; i < 3; ++i) {
    if (have[i] !== want[i]) return have[i] > want[i];
  }
  return true;
}

export function cache_folder(environment = process.env) {
  const base = environment.XDG_CACHE_HOME || path.join(environment.HOME || os.homedir(), '.cache');
  return path.join(base, 'myelin');
}

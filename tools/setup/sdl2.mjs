// Compiles SDL2 for the page, straight from its source list: no configure run (which takes minutes under
// Emscripten), and nothing the playground never asks for (audio, haptics, sensors, renderers).
// The result depends only on version, flags and compiler, so it is kept in the cache and shared by all checkouts.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { capture, run_async, say, step } from './report.mjs';
import { cache_folder, kSources } from './versions.mjs';

// Renderer entry points stay because ImGui's SDL2 backend names one of them; web/app/no_gamepad_web.cpp answers for gamepads, and
// without a renderer behind them the linker drops nearly all of it.
const kFiles = `SDL SDL_assert SDL_dataqueue SDL_error SDL_guid SDL_hints SDL_list SDL_log SDL_utils
  atomic/SDL_atomic atomic/SDL_spinlock cpuinfo/SDL_cpuinfo dynapi/SDL_dynapi
  events/SDL_clipboardevents events/SDL_displayevents events/SDL_dropevents events/SDL_events events/SDL_gesture
  events/SDL_keyboard events/SDL_keysym_to_scancode events/SDL_mouse events/SDL_quit events/SDL_scancode_tables
  events/SDL_touch events/SDL_windowevents file/SDL_rwops filesystem/emscripten/SDL_sysfilesystem
  loadso/dlopen/SDL_sysloadso locale/SDL_locale locale/emscripten/SDL_syslocale
  misc/SDL_url misc/emscripten/SDL_sysurl power/SDL_power power/emscripten/SDL_syspower
  render/SDL_render render/SDL_yuv_sw
  stdlib/SDL_crc16 stdlib/SDL_crc32 stdlib/SDL_getenv stdlib/SDL_iconv stdlib/SDL_malloc stdlib/SDL_qsort
  stdlib/SDL_stdlib stdlib/SDL_string stdlib/SDL_strtokr thread/SDL_thread
  thread/pthread/SDL_syscond thread/pthread/SDL_sysmutex thread/pthread/SDL_syssem thread/pthread/SDL_systhread
  thread/pthread/SDL_systls timer/SDL_timer timer/unix/SDL_systimer
  video/SDL_RLEaccel video/SDL_blit video/SDL_blit_0 video/SDL_blit_1 video/SDL_blit_A video/SDL_blit_N
  video/SDL_blit_auto video/SDL_blit_copy video/SDL_blit_slow video/SDL_bmp video/SDL_clipboard video/SDL_egl
  video/SDL_fillrect video/SDL_pixels video/SDL_rect video/SDL_shape video/SDL_stretch video/SDL_surface
  video/SDL_video video/SDL_yuv video/yuv2rgb/yuv_rgb_std
  video/emscripten/SDL_emscriptenevents video/emscripten/SDL_emscriptenframebuffer
  video/emscripten/SDL_emscriptenmouse video/emscripten/SDL_emscriptenopengles
  video/emscripten/SDL_emscriptenvideo`.split(/\s+/);

// Included before every file: SDL's own configuration for Emscripten, less the drivers left out above.
const kTrim = `#include "SDL_config.h"
#undef SDL_AUDIO_DRIVER_EMSCRIPTEN
#undef SDL_AUDIO_DRIVER_DISK
#undef SDL_AUDIO_DRIVER_DUMMY
#undef SDL_JOYSTICK_EMSCRIPTEN
#undef SDL_SENSOR_DUMMY
#undef SDL_VIDEO_RENDER_OGL_ES2
`;

const kFlags = ['-Oz', '-pthread', '-DNDEBUG', '-Wno-format', '-Wno-everything', '-sUSE_SDL=0',
  '-DSDL_AUDIO_DISABLED=1', '-DSDL_HAPTIC_DISABLED=1', '-DSDL_SENSOR_DISABLED=1', '-DSDL_JOYSTICK_DISABLED=1',
  '-DSDL_RENDER_DISABLED=1',
  // No software blitting: ImGui draws with WebGL, and the blitters were a tenth of the download.
  '-DSDL_LEAN_AND_MEAN=1'];

/** Returns {library, include} of an SDL2 compiled by the given Emscripten from the given sources. */
export async function provide_sdl2(emscripten, source) {
  const key = createHash('sha256').update(JSON.stringify([kFiles, kFlags, kTrim, emscripten.version, source])).digest('hex').slice(0, 12);
  const folder = path.join(cache_folder(), `sdl2-wasm-${kSources.sdl2.version}-${key}`);
  const library = path.join(folder, 'libSDL2.a');
  const result = { library, include: path.join(source, 'include') };
  if (fs.existsSync(library)) return result;
  await step(`SDL2 ${kSources.sdl2.version} for WebAssembly (${kFiles.length} files)`, async () => {
    fs.mkdirSync(folder, { recursive: true });
    const trim = path.join(folder, 'trim.h');
    fs.writeFileSync(trim, kTrim);
    const emcc = path.join(emscripten.root, 'emcc');
    const advice = 'see the compiler\'s message; if the sources were changed, delete the cache folder and run setup again';
    const waiting = [...kFiles];
    const objects = [];
    let done = 0;
    const worker = async () => {
      while (waiting.length > 0) {
        const name = waiting.shift();
        const object = path.join(folder, `${name.replaceAll('/', '_')}.o`);
        objects.push(object);
        await run_async(emcc, [...kFlags, '-I', result.include, '-include', trim, '-c', path.join(source, 'src', `${name}.c`), '-o', object], advice);
        if (++done % 20 === 0) say(`        ${done} of ${kFiles.length}`);
      }
    };
    await Promise.all(Array.from({ length: Math.max(1, Math.min(8, os.availableParallelism())) }, worker));
    const partial = path.join(folder, 'partial.a');
    capture(path.join(emscripten.root, 'emar'), ['rcs', partial, ...objects], advice);
    for (const object of objects) fs.rmSync(object);
    fs.renameSync(partial, library);
  });
  return result;
}

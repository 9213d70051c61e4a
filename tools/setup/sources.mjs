// Brings the pinned SDL2 and Dear ImGui sources into the cache: a local folder named by the environment,
// else Debian's source package, else the project's own release archive.
import fs from 'node:fs';
import path from 'node:path';
import { capture, fail, say, step } from './report.mjs';
import { is_debian, private_apt } from './apt.mjs';
import { cache_folder, kSources } from './versions.mjs';

async function download(url, file) {
  let response;
  try {
    response = await fetch(url);
  } catch (error) {
    fail(`${url} could not be reached (${error.cause?.code ?? error.message}); download and unpack it by hand and name the folder in the environment (see tools/setup/versions.mjs).`);
  }
  if (!response.ok) fail(`${url} answered ${response.status}; download and unpack it by hand and name the folder in the environment.`);
  fs.writeFileSync(file, Buffer.from(await response.arrayBuffer()));
}

function unpack(archive, folder) {
  fs.mkdirSync(folder, { recursive: true });
  capture('tar', ['-xf', archive, '-C', folder, '--strip-components=1'], `is xz-utils installed? Otherwise delete ${folder} and run setup again`);
}

/** Returns the folder of the sources called `name` in kSources. */
export async function provide_source(name) {
  const pin = kSources[name];
  const local = process.env[pin.environment];
  if (local) {
    if (!fs.existsSync(path.join(local, pin.probe))) fail(`${pin.environment} names ${local}, which has no ${pin.probe}; point it at the unpacked ${name} ${pin.version} sources.`);
    return path.resolve(local);
  }
  const folder = path.join(cache_folder(), `${name}-${pin.version}`);
  const source = path.join(folder, 'source');
  const mark = path.join(folder, 'complete');
  if (fs.existsSync(mark)) return source;
  await step(`${name} ${pin.version} sources`, async () => {
    fs.rmSync(folder, { recursive: true, force: true });
    fs.mkdirSync(folder, { recursive: true });
    let archive = null;
    if (is_debian()) {
      const found = private_apt(path.join(folder, 'apt')).source(pin.debian, path.join(folder, 'download'));
      // The donor release may have moved on: the version in the archive's name decides.
      if (path.basename(found).startsWith(`${pin.debian}_${pin.version}`)) archive = found;
      else say(`        the mirror has ${path.basename(found)}, ${pin.version} is wanted`);
    }
    if (!archive) {
      archive = path.join(folder, path.basename(pin.url));
      await download(pin.url, archive);
    }
    unpack(archive, source);
    if (!fs.existsSync(path.join(source, pin.probe))) fail(`The ${name} archive has no ${pin.probe}; set ${pin.environment} to an unpacked copy of version ${pin.version}.`);
    fs.rmSync(path.join(folder, 'apt'), { recursive: true, force: true });
    fs.rmSync(path.join(folder, 'download'), { recursive: true, force: true });
    fs.writeFileSync(mark, `${pin.version}\n`);
  });
  return source;
}

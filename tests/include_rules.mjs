// Checks who may include whom (ARCHITECTURE.md), over all C++ of engine/, web/ and tests/. Prints each offender and exits with 1;
// warns of files that grow too long. It reads text only: comments and strings are no code, everything else counts.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const kRoot = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const kLongFile = 400;  // lines; a longer file is two files

// Each part of engine/src and what else it may include. `io` writes experiments and graphs; nothing but the host reads it.
const kChain = [['base'], ['tensor'], ['kernels'], ['nn'], ['layers', 'data'], ['catalog'], ['model'], ['backend'], ['train'], ['inspect'], ['session']];
const kMay = new Map();
kChain.forEach((parts, place) => {
  const left = kChain.slice(0, place).flat();
  for (const part of parts) kMay.set(part, new Set([part, ...left]));
});
kMay.set('io', new Set(['io', ...kMay.get('model')]));

// One line each, with the reason why the rule bends.
const kExceptions = new Set([
  'engine/src/base/rng.cpp kernels/fmath.h',  // normal draws need a log and a cosine with the same bits everywhere
]);

// Who may name a library or a facility of the system.
const kForeign = [
  { what: 'Eigen', include: /^(Eigen|unsupported)\//, where: /^(engine\/src\/(tensor|kernels|inspect)\/|engine\/src\/train\/search|tests\/)/ },
  { what: 'threads', include: /^(thread|stop_token|future|pthread\.h)$/, code: /\bstd::(jthread|thread|async)\b|\bpthread_\w+/,
    where: /^(engine\/include\/myelin\/thread\.h$|engine\/src\/base\/executor\.cpp$|web\/app\/[^/]*host|tests\/)/ },
  { what: 'Dear ImGui', include: /^imgui/, where: /^web\// },
  { what: 'SDL', include: /^(SDL|SDL2\/)/, where: /^web\// },
  { what: 'OpenGL', include: /^(GL|GLES\d|EGL)\/|^myelin_gl\.h$/, where: /^web\// },
  { what: 'Emscripten', include: /^emscripten/, code: /\b(EM_ASM|EM_JS|emscripten_\w+)\b/, where: /^web\// },
  { what: 'JSON', include: /^nlohmann\//, where: /^(engine\/src\/io\/|engine\/cli\/|tests\/)/ },
  { what: 'command-line options', include: /^CLI\//, where: /^engine\/cli\// },
  { what: 'image and gzip formats', include: /^(stb_image\.h|zlib\.h)$/, where: /^(engine\/files\/|tests\/)/ },
  { what: 'doctest', include: /^doctest\//, where: /^tests\// },
  // Its bits differ between C libraries: every student of a class must see the same curve.
  { what: "libm's functions (use kernels/fmath.h)", where: /^(engine\/cli|engine\/files|web|tests)\//,
    code: /\bstd::(exp|exp2|expm1|log|log2|log10|log1p|pow|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|erf|erfc|cbrt|hypot|fma)\b|(?<![\w:.>])(expf?|logf?|powf?|sinf?|cosf?|tanhf?|erff?)\s*\((?!\s*(double|float|Real|const|T)\b)/ },
];

const kGenerated = /^(embedded\/|myelin_config\.h$)/;  // written by CMake

/** The code without comments and without the contents of strings; lines keep their numbers. */
function code_of(text) {
  return text.replace(/\/\/[^\n]*|\/\*[\s\S]*?\*\/|R"([^(\s]*)\([\s\S]*?\)\1"|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+'/g, (match) =>
    (match[0] === '/' ? '' : '""') + match.replace(/[^\n]/g, ''));
}

function includes_of(text) {
  const found = [];
  text.split('\n').forEach((line, index) => {
    const match = /^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)/.exec(line);
    if (match) found.push({ line: index + 1, name: match[1] ?? match[2], quoted: match[1] !== undefined });
  });
  return found;
}

const engine_part = (file) => /^engine\/src\/([^/]+)\//.exec(file)?.[1] ?? null;

/** Where a quoted include leads: a path in `files`, or null for what is not ours. */
function resolve(file, name, files) {
  const own = file.startsWith('web/') ? ['web'] : file.startsWith('tests/') ? ['tests', 'web', 'engine'] : /^engine\/(bench|cli|files)\//.test(file) ? ['engine'] : [];
  const folders = [path.posix.dirname(file), 'engine/include', ...own, 'engine/src'];
  return folders.map((folder) => path.posix.normalize(`${folder}/${name}`)).find((candidate) => files.has(candidate)) ?? null;
}

/** All offences of one project, given as a map from path to text. */
export function offences(files) {
  const list = [];
  for (const [file, text] of files) {
    const say = (line, sentence) => list.push(`${file}:${line}: ${sentence}`);
    const is_public = file.startsWith('engine/include/');
    const is_header = file.endsWith('.h');
    const part = engine_part(file);
    const code = code_of(text);

    if (is_header && !/^#pragma once$/m.test(text)) say(1, 'a header needs #pragma once.');
    if (is_header && /^\s*using namespace\b/m.test(code)) say(1, 'no "using namespace" in a header.');
    if (part !== null && !kMay.has(part)) say(1, `engine/src/${part} has no place in the order of parts: give it one in tests/include_rules.mjs.`);

    for (const { line, name, quoted } of includes_of(text)) {
      if (name.includes('..')) say(line, `"${name}": name files from the root of their part, not by "..".`);
      for (const { what, include, where } of kForeign) {
        if (include?.test(name) && !where.test(file)) say(line, `this part may not use ${what} (<${name}>).`);
      }
      const target = resolve(file, name, files);
      if (is_public) {
        if (quoted ? !name.startsWith('myelin/') || target === null : /[/.]/.test(name)) {
          say(line, `public headers include the standard library and myelin/ only, not "${name}".`);
        }
        continue;
      }
      if (!quoted) continue;
      if (target === null) {
        const foreign = kForeign.some(({ include, where }) => include?.test(name) && where.test(file));
        if (!foreign && !kGenerated.test(name)) say(line, `"${name}" is no file of this project.`);
        continue;
      }
      const target_part = engine_part(target);
      if (kExceptions.has(`${file} ${name}`)) continue;
      if (part !== null) {
        if (target_part === null && !target.startsWith('engine/include/')) say(line, `the engine may not include "${name}".`);
        if (target_part !== null && kMay.has(part) && !kMay.get(part).has(target_part)) say(line, `${part} may not include ${target_part} ("${name}").`);
      } else if (!/^(tests|engine\/bench)\//.test(file) && target_part !== null) {
        say(line, `outside the engine only myelin/ may be included, not "${name}".`);
      }
    }

    const lines = code.split('\n');
    for (const { what, code: names, where } of kForeign) {
      if (!names || where.test(file)) continue;
      lines.forEach((text_of_line, index) => {
        if (!/^\s*#/.test(text_of_line) && names.test(text_of_line) && !/\bfmath::|namespace fmath/.test(text_of_line) && !file.includes('kernels/fmath')) {
          say(index + 1, `this part may not use ${what}.`);
        }
      });
    }
  }
  return list;
}

/** A rule that nothing can break proves nothing: each of these lines must be an offence, and the harmless ones none. */
function check_the_checker() {
  const own = ['engine/include/myelin/text.h', 'engine/src/base/rng.h', 'engine/src/nn/loss.h', 'engine/src/data/rows.h', 'engine/src/layers/layers.h',
    'engine/src/model/model.h', 'engine/src/io/json.h', 'engine/src/session/run.h', 'engine/files/read.h', 'engine/bench/bench.h', 'web/app/ui.h'];
  const wrong = (file, line) => {
    const files = new Map(own.map((name) => [name, '#pragma once\n']));
    files.set(file, `#pragma once\n${line}\n`);
    return offences(files).length > 0;
  };
  const bad = [
    ['engine/src/base/x.cpp', '#include "nn/loss.h"'], ['engine/src/data/x.cpp', '#include "layers/layers.h"'], ['engine/src/model/x.h', '#include "io/json.h"'],
    ['engine/src/io/x.cpp', '#include "session/run.h"'], ['engine/src/session/x.cpp', '#include "io/json.h"'], ['engine/src/fresh/x.cpp', ''],
    ['engine/src/nn/x.cpp', '#include "app/ui.h"'], ['engine/src/nn/x.cpp', '#include "nothing.h"'], ['engine/src/nn/x.cpp', '#include "../base/rng.h"'],
    ['engine/include/myelin/x.h', '#include "base/rng.h"'], ['engine/include/myelin/x.h', '#include <Eigen/Core>'], ['engine/include/myelin/x.h', '#include "myelin/none.h"'],
    ['web/panels/x.cpp', '#include "base/rng.h"'], ['engine/cli/x.cpp', '#include "session/run.h"'], ['engine/src/io/x.cpp', '#include <zlib.h>'], ['engine/src/io/x.cpp', '#include "files/read.h"'], ['web/app/x.cpp', '#include "files/read.h"'], ['web/app/x.cpp', '#include "bench/bench.h"'], ['engine/src/io/x.cpp', '#include "bench/bench.h"'], ['engine/bench/x.cpp', '#include <thread>'], ['web/panels/x.cpp', '#include <thread>'],
    ['engine/src/session/x.cpp', 'std::thread t;'], ['engine/src/nn/x.cpp', '#include <Eigen/Core>'], ['engine/src/nn/x.cpp', '#include "imgui.h"'],
    ['engine/cli/x.cpp', '#include <SDL.h>'], ['engine/src/nn/x.cpp', 'double y = std::tanh(x);'], ['engine/src/nn/x.cpp', 'float y = expf(g(x));'],
    ['engine/src/nn/x.h', 'using namespace std;'],
  ];
  const good = [
    ['engine/cli/x.cpp', '#include "files/read.h"'], ['engine/cli/x.cpp', '#include "bench/bench.h"'], ['engine/bench/x.cpp', '#include "session/run.h"'], ['engine/files/x.cpp', '#include "files/read.h"\n#include <zlib.h>'],
    ['engine/src/data/x.cpp', '#include "nn/loss.h"\n#include "myelin/text.h"'], ['engine/src/io/x.cpp', '#include "model/model.h"'],
    ['web/app/x_host.cpp', '#include <thread>\nstd::thread t;'], ['web/panels/x.cpp', '#include "imgui.h"\n#include "app/ui.h"\n#include "embedded/a.h"'],
    ['tests/x.cpp', '#include "session/run.h"\n#include <Eigen/Core>'], ['engine/src/nn/x.cpp', '// std::exp(x) differs\nconst char* s = "std::thread";'],
    ['engine/src/nn/x.cpp', 'double y = fmath::exp(x) + std::sqrt(x);'],
  ];
  for (const [file, line] of bad) if (!wrong(file, line)) throw new Error(`the check lets through: ${file}: ${line}`);
  for (const [file, line] of good) if (wrong(file, line)) throw new Error(`the check refuses: ${file}: ${line}`);
}

function read_all(folder, files = new Map()) {
  if (!fs.existsSync(path.join(kRoot, folder))) return files;
  for (const entry of fs.readdirSync(path.join(kRoot, folder), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const name = `${folder}/${entry.name}`;
    if (entry.isDirectory()) read_all(name, files);
    else if (/\.(h|cpp|mjs|js|wgsl|glsl)$/.test(entry.name)) files.set(name, fs.readFileSync(path.join(kRoot, name), 'utf8'));
  }
  return files;
}

check_the_checker();
const all = new Map();
for (const folder of ['engine', 'web', 'tests', 'tools', 'shaders']) read_all(folder, all);
for (const [file, text] of all) {
  const count = text.split('\n').length - 1;
  if (count > kLongFile) console.warn(`warning: ${file} has ${count} lines; a file of more than ${kLongFile} is two files.`);
}
const code = new Map([...all].filter(([file]) => /\.(h|cpp)$/.test(file)));
const found = offences(code);
for (const line of found) console.error(line);
console.log(`include rules: ${code.size} files, ${found.length} offences`);
process.exit(found.length > 0 ? 1 : 0);

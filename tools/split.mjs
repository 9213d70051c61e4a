// Cuts a linked program in two (Binaryen's wasm-split): what the first picture and the first run need, and the rest, which the
// page fetches after that picture (web/page/deferred.mjs, web/app/deferred.js). Which is which: web/first_frame.txt and
// decide() below; a name that neither knows can cost time, never correctness. Called by the link (cmake/web_link.cmake).
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const kList = path.join(path.dirname(path.dirname(fileURLToPath(import.meta.url))), 'web/first_frame.txt');

// What Emscripten's linker lets through for our flags; the section that said so is gone from an optimised program.
export const kFeatures = ['simd', 'relaxed-simd', 'threads', 'bulk-memory', 'mutable-globals', 'sign-ext',
  'nontrapping-float-to-int', 'multivalue'].map((name) => `--enable-${name}`);
const kCustom = 0, kType = 1, kImport = 2, kFunction = 3, kV128 = 0x7b;
const kLongestName = 120;
// A thread that cannot load yet must still be able to start, wait and end; and which steps a lock takes (a_cas_p) is chance.
const kRuntime = /thread|emscripten|proxy|lock|wait|futex|mailbox|tls|task_queue|callback|deferred|^_*wasm|^a_/i;

function reader(bytes) {
  let at = 8;
  return {
    get at() { return at; },
    set at(value) { at = value; },
    byte: () => bytes[at++],
    number() {
      let value = 0;
      for (let scale = 1; ; scale *= 128) {
        const byte = bytes[at++];
        value += (byte & 127) * scale;
        if (byte < 128) return value;
      }
    },
    text() {
      const size = this.number();
      at += size;
      return bytes.toString('utf8', at - size, at);
    },
  };
}

function leb(value) {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value & 127) | 128);
  return Buffer.from([...bytes, value]);
}
const with_size = (...parts) => Buffer.concat([leb(parts.reduce((sum, part) => sum + part.length, 0)), ...parts]);

/** {sections: [{id, bytes}] without names, imported: count, functions: [{name, vector}] of the program's own}. */
export function read_program(bytes) {
  const read = reader(bytes);
  const types = [], sections = [], functions = [], names = new Map();
  let imported = 0;
  const limits = () => {
    const flags = read.number();
    read.number();
    if (flags & 1) read.number();
  };
  while (read.at < bytes.length) {
    const begin = read.at;
    const id = read.byte();
    const size = read.number();
    const end = read.at + size;
    let names_only = false;
    if (id === kType) {
      for (let count = read.number(); count > 0; --count) {
        if (read.byte() !== 0x60) throw new Error('a type that is not a function');
        let vector = false;
        for (let list = 0; list < 2; ++list) {
          for (let n = read.number(); n > 0; --n) vector = read.byte() === kV128 || vector;
        }
        types.push(vector);
      }
    } else if (id === kImport) {
      for (let count = read.number(); count > 0; --count) {
        read.text();
        read.text();
        const kind = read.byte();
        if (kind === 0) {
          read.number();
          imported += 1;
        } else if (kind === 3) {
          read.at += 2;
        } else {
          if (kind === 1) read.byte();
          limits();
        }
      }
    } else if (id === kFunction) {
      for (let count = read.number(); count > 0; --count) functions.push({ name: '', vector: types[read.number()] });
    } else if (id === kCustom && read.text() === 'name') {
      names_only = true;
      while (read.at < end) {
        const part = read.byte();
        const part_size = read.number();
        const part_end = read.at + part_size;
        if (part === 1) {
          for (let count = read.number(); count > 0; --count) {
            const index = read.number();
            names.set(index, read.text());
          }
        }
        read.at = part_end;
      }
    }
    read.at = end;
    if (!names_only) sections.push({ id, bytes: bytes.subarray(begin, end) });
  }
  functions.forEach((entry, i) => { entry.name = names.get(imported + i) ?? ''; });
  return { sections, imported, functions };
}

/** The program with functions named f0, f1, ...: C++ names hold commas and come more than once. `named` false: without names. */
export function write_program({ sections, imported, functions }, named) {
  const parts = [Buffer.from([0, 97, 115, 109, 1, 0, 0, 0]), ...sections.map((section) => section.bytes)];
  if (named) {
    const entries = [];
    for (let i = 0; i < imported + functions.length; ++i) entries.push(leb(i), with_size(Buffer.from(`f${i}`)));
    const body = with_size(leb(imported + functions.length), ...entries);
    parts.push(Buffer.from([kCustom]), with_size(with_size(Buffer.from('name')), Buffer.from([1]), body));
  }
  return Buffer.concat(parts);
}

/** A C++ name as the list writes it: no parameters, no anonymous namespaces, not too long. Overloads fall together. */
export function simple_name(name) {
  let text = name.replaceAll('(anonymous namespace)::', '').replaceAll('std::__2::', 'std::').replaceAll(/\[abi:\w+\]/g, '')
    .replaceAll('std::basic_string<char, std::char_traits<char>, std::allocator<char>>', 'std::string');
  for (let before = ''; before !== text;) {
    before = text;
    text = text.replaceAll(/\([^()]*\)/g, '');
  }
  return text.replace(/_\d+$/, '').slice(0, kLongestName).trim();
}

/** "void myelin::Dense<float>::f const" -> ["myelin", "Dense<float>", "f"]. */
function parts_of(simple) {
  const parts = [''];
  let depth = 0;
  const text = simple.replace(/ const$/, '');
  for (let i = 0; i < text.length; ++i) {
    if (text[i] === '<') depth += 1;
    if (text[i] === '>') depth -= 1;
    if (depth === 0 && text[i] === ' ') {
      parts.splice(0, parts.length, '');  // that was the result's type
    } else if (depth === 0 && text.startsWith('::', i)) {
      parts.push('');
      i += 1;
    } else {
      parts[parts.length - 1] += text[i];
    }
  }
  return parts;
}

/**
 * What the list knows an engine function by, or null for other code: its class (whose new members then need no new line), or
 * itself when it belongs to none. What the engine makes of templates of the standard library is other code.
 */
export function engine_key(name) {
  const parts = parts_of(simple_name(name));
  if (parts[0] !== 'myelin' || parts[1] === 'web') return null;
  // The linker merges equal functions, so one of double's may run for float's: that must not keep all of its class.
  const owner = parts.findIndex((part, i) => i > 0 && /^[A-Z]/.test(part) && !part.includes('double'));
  const lambda = parts.findIndex((part) => part.startsWith("'"));
  return parts.slice(0, owner > 0 ? owner + 1 : lambda > 0 ? lambda : parts.length).join('::');
}

/** The two halves of the list: '+' the engine's functions that stay, '-' the others' that may come later. */
export function read_list(text) {
  const stay = new Set(), later = new Set();
  for (const line of text.split('\n')) {
    if (line.startsWith('+ ')) stay.add(line.slice(2).trim());
    if (line.startsWith('- ')) later.add(line.slice(2).trim());
  }
  return { stay, later };
}

// Which steps a sort takes depends on the data, so no recording sees them all: templates of the library stay.
const may_defer = (simple) => !kRuntime.test(simple) && parts_of(simple)[0] !== 'std';

/** Whether a function belongs to the deferred half. New engine code does (layers, trainers, readers); new pictures do not. */
export function decide({ name, vector }, { stay, later }) {
  // JavaScript stands between the halves until the second is there, and no vector passes through JavaScript.
  if (!name || vector) return false;
  const key = engine_key(name), simple = simple_name(name);
  if (key) return !stay.has(key);
  return later.has(simple) && may_defer(simple);
}

/** The list after a recording: `ran[i]` says whether function i ran. */
export function make_list(functions, ran) {
  const seen = new Set(functions.filter((_, i) => ran[i]).map(({ name }) => simple_name(name)));
  const stay = new Set(), later = new Set();
  functions.forEach(({ name, vector }, i) => {
    if (!name || vector) return;
    const key = engine_key(name), simple = simple_name(name);
    if (key) {
      if (ran[i]) stay.add(key);
    } else if (!seen.has(simple) && may_defer(simple)) {
      later.add(simple);
    }
  });
  const lines = (sign, names) => [...names].sort().map((name) => `${sign} ${name}`);
  return { count: { stay: stay.size, later: later.size }, lines: [...lines('+', stay), ...lines('-', later)] };
}

/** A custom section that both halves carry: halves of two builds must not meet (web/page/deferred.mjs compares). */
function mark(bytes) {
  const digest = createHash('sha256').update(bytes).digest().subarray(0, 8);
  return Buffer.concat([Buffer.from([kCustom]), with_size(with_size(Buffer.from('split')), digest)]);
}

function run(program, words) {
  const done = spawnSync(program, words, { encoding: 'utf8' });
  if (done.error || done.status !== 0) throw new Error(`${path.basename(program)}: ${done.error?.message ?? done.stderr.trim()}`);
}

/**
 * Replaces `file` by its first half and writes NAME.deferred.wasm beside it; NAME.whole.wasm keeps the program with its names.
 * Whatever goes wrong, `file` is a complete program afterwards: whole, without names. Returns the number of deferred functions.
 */
export function split(file, wasm_split, list_file = kList) {
  const base = file.replace(/\.wasm$/, '');
  const whole = `${base}.whole.wasm`, deferred = `${base}.deferred.wasm`;
  const bytes = fs.readFileSync(file);
  fs.writeFileSync(whole, bytes);
  fs.rmSync(deferred, { force: true });
  const program = read_program(bytes);
  const scratch = ['numbered', 'functions', 'first', 'second'].map((name) => `${base}.${name}.tmp`);
  const [numbered, functions, first, second] = scratch;
  try {
    const list = read_list(fs.readFileSync(list_file, 'utf8'));
    const later = program.functions.flatMap((entry, i) => (decide(entry, list) ? [`f${program.imported + i}`] : []));
    if (later.length === 0) throw new Error('no function may come later');
    fs.writeFileSync(numbered, write_program(program, true));
    fs.writeFileSync(functions, later.join('\n'));
    run(wasm_split, [...kFeatures, '--split-funcs', `@${functions}`, numbered, '-o1', first, '-o2', second]);
    const optimiser = path.join(path.dirname(wasm_split), path.basename(wasm_split).replace('wasm-split', 'wasm-opt'));
    if (fs.existsSync(optimiser)) {
      for (const half of [first, second]) run(optimiser, [...kFeatures, '-Oz', half, '-o', half]);
    }
    const pair = mark(bytes);
    fs.writeFileSync(deferred, Buffer.concat([fs.readFileSync(second), pair]));
    fs.writeFileSync(file, Buffer.concat([fs.readFileSync(first), pair]));
    return later.length;
  } catch (error) {
    fs.writeFileSync(file, write_program(program, false));
    process.stdout.write(`[split] The program stays in one piece, which works but loads later: ${error.message}\n`);
    return 0;
  } finally {
    for (const name of scratch) fs.rmSync(name, { force: true });
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(fs.realpathSync(process.argv[1])).href) {
  const [file, wasm_split] = process.argv.slice(2);
  const count = split(file, wasm_split);
  if (count) process.stdout.write(`[split] ${count} functions of ${path.basename(file)} come after the first picture\n`);
}

// Linked before the program's own JavaScript (--pre-js). In its workers, a call of the second half (tools/split.mjs) that comes
// before that half is there waits for its bytes, loads it and goes on; web/page/deferred.mjs does the same for the page. Does
// nothing in a program of one piece, whose imports ask for no placeholders.
if (ENVIRONMENT_IS_PTHREAD) {
  const Instance = WebAssembly.Instance;
  WebAssembly['Instance'] = function(module, imports) {
    let first = null, table = null, second = null;
    const load = () => {
      const begin = Module['_myelin_deferred_wait']();
      // The compiler takes no shared memory, so it gets a copy.
      const bytes = new Uint8Array(wasmMemory.buffer).slice(begin, begin + Module['_myelin_deferred_size']());
      second = new Instance(new WebAssembly.Module(bytes), { 'primary': first.exports });
    };
    const placeholders = new Proxy({}, {
      get: (_, slot) => (...words) => {
        if (!second) load();
        return table.get(Number(slot))(...words);
      },
    });
    first = new Instance(module, new Proxy(imports, {
      get: (known, name) => known[name] || (String(name).startsWith('placeholder') ? placeholders : undefined),
    }));
    table = Object.values(first.exports).find((entry) => entry instanceof WebAssembly.Table);
    return first;
  };
}

// Runs before the first paint, so it is short and in the JavaScript of old browsers: language and theme of the skeleton, a
// sentence where modules are missing, and the choice of the build, whose download starts here and not after the modules.
(function () {
  'use strict';
  var root = document.documentElement;
  function query(name) {
    var found = new RegExp('[?&]' + name + '=([^&]*)').exec(location.search);
    return found ? found[1] : '';
  }
  function recall(key) {
    try {
      return localStorage.getItem('myelin.' + key) || '';
    } catch (refused) {
      return '';
    }
  }
  function two_letters(tag) { return String(tag || '').slice(0, 2).toLowerCase(); }

  var language = two_letters(query('lang') || recall('language') || navigator.language || 'en');
  root.lang = language === 'fr' ? 'fr' : 'en';
  var theme = query('theme') || recall('theme');
  if (theme === 'dark' || theme === 'light') root.setAttribute('data-theme', theme);
  if (window.parent !== window) root.className += ' embedded';

  function validates(bytes) {
    try {
      return WebAssembly.validate(new Uint8Array(bytes));
    } catch (missing) {
      return false;
    }
  }
  // (func (result v128) ...) with i8x16.splat, and the same with i8x16.relaxed_swizzle.
  var simd = validates([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 1, 253, 15, 11]);
  var relaxed = simd && validates([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0, 65, 1, 253, 15, 65,
    2, 253, 15, 253, 128, 2, 11]);
  var forced = query('build');
  var build = forced === 'simd' || forced === 'relaxed' ? forced : relaxed ? 'relaxed' : 'simd';
  var modules = 'noModule' in document.createElement('script');
  window.myelin_first = { modules: modules, simd: simd, relaxed: relaxed, build: build, theme: theme, program: null };

  if (!modules) {
    document.addEventListener('DOMContentLoaded', function () {
      var problem = document.getElementById('problem');
      problem.textContent = root.lang === 'fr'
        ? 'Ce navigateur est trop ancien pour Myelin. Une version récente de Firefox, Chrome, Edge ou Safari convient.'
        : 'This browser is too old for Myelin. A recent Firefox, Chrome, Edge or Safari will do.';
      problem.hidden = false;
      document.getElementById('progress').hidden = true;
    });
  } else if (simd && (build !== 'relaxed' || relaxed)) {
    var link = document.createElement('link');
    link.rel = 'modulepreload';
    link.href = 'myelin-' + build + '.mjs';
    document.head.appendChild(link);
    window.myelin_first.program = fetch('myelin-' + build + '.wasm', { credentials: 'same-origin' });
    window.myelin_first.program.catch(function () { /* boot.mjs says it */ });
  }
})();

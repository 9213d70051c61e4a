// Before the first paint: language and theme, as page/first.js chooses them.
(function () {
  'use strict';
  var root = document.documentElement;
  function query(name) { return new URLSearchParams(location.search).get(name) || ''; }
  function recall(key) {
    try {
      return localStorage.getItem('myelin.' + key) || '';
    } catch (refused) {
      return '';
    }
  }
  var language = query('lang') || recall('language') || navigator.language || 'en';
  root.lang = language.slice(0, 2).toLowerCase() === 'fr' ? 'fr' : 'en';
  var theme = query('theme') || recall('theme');
  if (theme === 'dark' || theme === 'light') root.setAttribute('data-theme', theme);
})();

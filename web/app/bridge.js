// The program's imports: what platform_web.cpp asks of the page. Thin on purpose: the work is done by the object that
// web/page/boot.mjs gives as Module['page']. Names in quotes survive the Closure compiler.
addToLibrary({
  myelin_page_flags: () => Module['page']['flags'](),
  myelin_page_threads: () => Module['page']['threads'],

  myelin_page_text__deps: ['$stringToNewUTF8'],
  myelin_page_text: (which) => stringToNewUTF8(Module['page']['text'](which)),

  myelin_page_hidden: () => (document.hidden ? 1 : 0),

  myelin_page_publish_link__deps: ['$UTF8ToString'],
  myelin_page_publish_link: (link) => Module['page']['publish_link'](UTF8ToString(link)),

  myelin_page_copy__deps: ['$UTF8ToString'],
  myelin_page_copy: (text) => Module['page']['copy'](UTF8ToString(text)),

  myelin_page_open__deps: ['$UTF8ToString'],
  myelin_page_open: (name) => Module['page']['open'](UTF8ToString(name)),

  myelin_page_want_text: (wanted) => Module['page']['want_text'](!!wanted),

  myelin_page_load__deps: ['$UTF8ToString', 'malloc', 'free'],
  myelin_page_load: (name, ticket) => {
    Module['page']['load'](UTF8ToString(name)).then((bytes) => {
      const size = bytes ? bytes.length : 0;
      const pointer = size ? _malloc(size) : 0;
      if (pointer) HEAPU8.set(bytes, pointer);
      Module['_myelin_asset'](ticket, pointer, pointer ? size : 0);
      if (pointer) _free(pointer);
    });
  },

  myelin_page_remember__deps: ['$UTF8ToString'],
  myelin_page_remember: (key, value) => Module['page']['remember'](UTF8ToString(key), UTF8ToString(value)),

  myelin_page_recall__deps: ['$UTF8ToString', '$stringToNewUTF8'],
  myelin_page_recall: (key) => stringToNewUTF8(Module['page']['recall'](UTF8ToString(key))),

  myelin_page_presented: () => Module['page']['presented'](),
});

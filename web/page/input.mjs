// What SDL gets wrong in a page: text with accents, the clipboard, browser shortcuts, scrolling of the page around, fingers,
// and the way out of the canvas. Must never keep a key or a wheel turn from the browser that the program has no use for.

// With Ctrl or Cmd only these belong to the program: all, copy, cut, undo, redo; everything else is the browser's.
const kCommandKeys = new Set(['a', 'c', 'x', 'y', 'z', 'ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'Backspace', 'Delete',
  'Enter', 'Control', 'Meta', 'Shift', 'Alt']);
// The text field is never empty, so that a phone's backspace has something to delete and is heard.
const kFiller = '\u200b';

function is_browsers(event) {
  if (/^F\d+$/.test(event.key)) return true;
  if (event.altKey && (event.key === 'ArrowLeft' || event.key === 'ArrowRight')) return true;
  if (!event.ctrlKey && !event.metaKey) return false;
  return !kCommandKeys.has(event.key.length === 1 ? event.key.toLowerCase() : event.key);
}

// The key makes a character that only a text event will name.
function is_composing(event) {
  if (event.isComposing || event.keyCode === 229) return true;
  if (event.key === 'Dead' || event.key === 'Process' || event.key === 'AltGraph') return true;
  return event.key.length === 1 && (event.getModifierState('AltGraph') || (event.ctrlKey && event.altKey));
}

export function watch_input(program, page, wrapper, canvas, field) {
  const embedded = window.parent !== window;
  const focused = () => wrapper.contains(document.activeElement);
  const wake = () => program._myelin_wake(3);
  // Before SDL's own listeners, which sit on the wrapper (keys) and on the canvas.
  const first = (target, type, listener, options) => target.addEventListener(type, listener, { capture: true, ...options });

  for (const type of ['keydown', 'keyup', 'pointermove', 'pointerdown', 'pointerup', 'pointerleave', 'wheel', 'focusin']) {
    first(wrapper, type, wake, { passive: true });
  }

  // --- keyboard ---
  // The ring around the program is for people who come and go by keyboard.
  const by_keyboard = (yes) => document.documentElement.classList.toggle('keyboard', yes);
  window.addEventListener('keydown', (event) => event.key === 'Tab' && by_keyboard(true), { capture: true });
  window.addEventListener('pointerdown', () => by_keyboard(false), { capture: true });
  first(wrapper, 'keydown', (event) => {
    if (is_browsers(event) || is_composing(event)) {
      event.stopPropagation();
    } else if (event.key === 'Escape' && !program._myelin_wants_escape()) {
      event.stopPropagation();
      document.activeElement.blur();
    }
  });
  wrapper.addEventListener('focusout', (event) => {
    if (!wrapper.contains(event.relatedTarget)) program._myelin_focus_lost();
  });

  // --- text ---
  let wanted = false;
  const clear = () => {
    field.value = kFiller;
    field.setSelectionRange(1, 1);
  };
  page.want_text = (now) => {
    if (now === wanted) return;
    wanted = now;
    if (wanted) {
      clear();
      field.focus({ preventScroll: true });
    } else if (document.activeElement === field) {
      canvas.focus({ preventScroll: true });
    }
  };
  const take = () => {
    const text = field.value.replaceAll(kFiller, '').replace(/[\r\n]/g, '');
    if (text) {
      const pointer = program.stringToNewUTF8(text);
      program._myelin_text(pointer);
      program._myelin_free(pointer);
    } else if (field.value === '') {
      program._myelin_backspace();
    }
    clear();
    wake();
  };
  field.addEventListener('input', (event) => {
    if (!event.isComposing) take();
  });
  field.addEventListener('compositionend', take);
  // SDL would send the same character a second time.
  field.addEventListener('keypress', (event) => event.stopPropagation());

  // --- clipboard ---
  document.addEventListener('paste', (event) => {
    if (!focused()) return;
    event.preventDefault();
    page.clipboard = event.clipboardData?.getData('text/plain') ?? '';
    program._myelin_paste();
    wake();
  });

  // --- pointer ---
  first(canvas, 'pointerdown', (event) => {
    // A drag goes on outside the canvas, and over the border of a frame.
    canvas.setPointerCapture(event.pointerId);
    field.style.translate = `${event.offsetX}px ${event.offsetY}px`;  // where a phone or an input method looks for the text
    if (event.pointerType === 'mouse' && !focused()) canvas.focus({ preventScroll: true });
  });
  first(canvas, 'pointerup', (event) => {
    if (event.pointerType !== 'mouse' && !focused()) canvas.focus({ preventScroll: true });
    // The program says a picture later that it wants text (a phone's keyboard opens only close to a touch), and a click
    // inside its text field has given the focus to the canvas.
    setTimeout(() => wanted && focused() && field.focus({ preventScroll: true }), 60);
  });
  first(canvas, 'wheel', (event) => {
    if (event.ctrlKey || (embedded && (!focused() || !program._myelin_wants_wheel()))) event.stopImmediatePropagation();
  });

  // --- fingers: the page around scrolls until the program was tapped; then a drag beside the controls scrolls its panels ---
  let finger = null;
  first(canvas, 'touchstart', (event) => {
    if (embedded && !focused()) event.stopImmediatePropagation();
    finger = event.touches.length === 1 ? { x: event.touches[0].clientX, y: event.touches[0].clientY } : null;
  }, { passive: false });
  first(canvas, 'touchmove', (event) => {
    if (embedded && !focused()) return event.stopImmediatePropagation();
    const touch = event.touches[0];
    if (finger && touch) {
      program._myelin_touch_scroll(touch.clientX - finger.x, touch.clientY - finger.y);
      finger = { x: touch.clientX, y: touch.clientY };
    }
  }, { passive: false });
}

// The window's keys: one table that is both obeyed and shown.

import type { App } from '$lib/app.svelte';
import { VIEWS, type ViewName } from '$lib/state/view.svelte';

export interface Key {
  keys: string[];
  does: string;
}

const mac = /Mac/.test(navigator.userAgent);
export const CTRL = mac ? '⌘' : 'Ctrl';

export const KEYS: { title: string; keys: Key[] }[] = [
  {
    title: 'Anywhere',
    keys: [
      { keys: [CTRL, 'K'], does: 'Do something, or go somewhere' },
      { keys: [CTRL, '⏎'], does: 'Call the roll, and stop it' },
      { keys: [CTRL, 'O'], does: 'Add key files' },
      { keys: [CTRL, 'S'], does: 'Save the workspace' },
      { keys: [CTRL, 'Z'], does: 'Put back what was taken out' },
      { keys: [CTRL, ','], does: 'Settings' },
      { keys: [CTRL, '+'], does: 'Zoom in' },
      { keys: [CTRL, '−'], does: 'Zoom out' },
      { keys: [CTRL, '0'], does: 'The size as designed' },
      { keys: ['F6'], does: 'To the notices, and back' },
      { keys: [CTRL, '1 – 6'], does: 'Start, Setup, Roll call, Sandbox, Token, Timeline' },
      { keys: ['F5'], does: 'Present to a room, and leave again' },
      { keys: ['?'], does: 'Show these keys' },
      { keys: ['Esc'], does: 'Close what is open' },
    ],
  },
  {
    title: 'In the matrix',
    keys: [
      { keys: ['↑', '↓', '←', '→'], does: 'Move from cell to cell' },
      { keys: ['Home', 'End'], does: 'First and last door' },
      { keys: [CTRL, 'Home'], does: 'First cell of all; with End, the last' },
      { keys: ['⏎'], does: 'Explain this cell' },
      { keys: ['Shift', '⏎'], does: 'Pin it, to compare with another' },
      { keys: ['A', 'D', '⌫'], does: 'Should get in, should stay out, not said' },
      { keys: ['R'], does: 'Call it again' },
      { keys: [CTRL, 'F'], does: 'Search callers and doors' },
      { keys: ['Shift', 'F10'], does: 'What can be done with it' },
    ],
  },
  {
    title: 'While presenting',
    keys: [
      { keys: ['←', '→'], does: 'Step back and on, as with a clicker' },
      { keys: ['↑', '↓'], does: 'Another story' },
      { keys: ['1 – 5'], does: 'A story by its number; 5 is the live one' },
      { keys: ['T'], does: 'The technical line' },
    ],
  },
  {
    title: 'In the timeline',
    keys: [
      { keys: ['↑', '↓'], does: 'Move from arrow to arrow' },
      { keys: ['Home', 'End'], does: 'First and last arrow' },
      { keys: ['⏎'], does: 'Open this exchange' },
      { keys: ['+', '−'], does: 'Nearer and further' },
    ],
  },
];

export function pressed(app: App, event: KeyboardEvent): void {
  const command = event.ctrlKey || event.metaKey;
  const sizes = ['+', '=', '-', '0'].includes(event.key);
  if (event.key === 'F5') {
    event.preventDefault();
    if (app.unsaved.asking || event.repeat) return;
    if (app.view.presenting) app.view.presenting = false;
    else app.present();
    return;
  }
  // It is answered before anything else is done.
  if (app.unsaved.asking) return;
  // The presenter has its own keys; nothing behind it is to move, except its size.
  if (app.view.presenting && !(command && sizes)) return;
  // On many keyboards a plus is a shifted key.
  if (command && !event.altKey && (!event.shiftKey || event.key === '+')) {
    // A field undoes its own typing.
    if (event.key === 'z' && isTyping(event.target)) return;
    const act = commands(app)[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    // Held down, a key goes on with sizes alone: a call it would begin and end in turn.
    if (!event.repeat || sizes) act();
  } else if (event.key === '?' && !isTyping(event.target)) {
    event.preventDefault();
    app.view.keysShown = true;
  }
}

function commands(app: App): Record<string, () => void> {
  const there = (name: ViewName) => name !== 'sandbox' || app.workspace?.sandbox != null;
  const views = VIEWS.map(
    (name, index) => [String(index + 1), () => there(name) && app.view.go(name)] as const,
  );
  return {
    ...Object.fromEntries(views),
    enter: () => app.callOrStop(),
    o: () => void app.pickKeys(),
    s: () => void app.save(),
    k: () => (app.view.paletteShown = !app.view.paletteShown),
    z: () => app.undo.last(),
    ',': () => (app.view.settingsShown = true),
    '+': () => void app.sight.zoomBy(1),
    '=': () => void app.sight.zoomBy(1),
    '-': () => void app.sight.zoomBy(-1),
    '0': () => void app.sight.zoomBy(0),
  };
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]');
}

// The keys of whoever stands before a room: a keyboard's, and those that clickers send.

import type { Story } from '$lib/tell/story';

export type Move =
  'next' | 'back' | 'first' | 'last' | 'story_before' | 'story_after' | 'technical' | 'leave';

const MOVES: Record<string, Move> = {
  ArrowRight: 'next',
  PageDown: 'next',
  ' ': 'next',
  Enter: 'next',
  ArrowLeft: 'back',
  PageUp: 'back',
  Backspace: 'back',
  Home: 'first',
  End: 'last',
  ArrowUp: 'story_before',
  ArrowDown: 'story_after',
  t: 'technical',
  Escape: 'leave',
};

/** What a key does; a number is a story's place in the list. `null` leaves the key to others. */
export function moveOf(event: KeyboardEvent): Move | number | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  const target = event.target instanceof HTMLElement ? event.target : null;
  if (event.key === 'Escape') return 'leave';
  // A list moves by its own keys, and what can be pressed is pressed.
  if (target?.matches('select')) return null;
  if (target?.matches('button') && (event.key === ' ' || event.key === 'Enter')) return null;
  if (/^[1-9]$/.test(event.key)) return Number(event.key);
  return MOVES[event.key.length === 1 ? event.key.toLowerCase() : event.key] ?? null;
}

/** Where a move within a story leads. */
export function stepTo(move: Move, at: number, story: Story): number | null {
  const last = story.steps.length - 1;
  switch (move) {
    case 'next':
      return Math.min(last, at + 1);
    case 'back':
      return Math.max(0, at - 1);
    case 'first':
      return 0;
    case 'last':
      return last;
    default:
      return null;
  }
}

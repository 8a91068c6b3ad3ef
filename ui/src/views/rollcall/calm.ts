// What a crowd's cells are told while hundreds of them are called in a second.

import { isToCome, kept, type ShownCell } from '$lib/state/matrix';

/**
 * Calms the cells of a row, one time after the other: who has not been answered yet has not been called
 * yet. Cells that stay as they were are the same objects as before, and so is the row of them.
 */
export function calmer(): (cells: ShownCell[]) => ShownCell[] {
  let before: ShownCell[] = [];
  return (cells) => {
    const now = cells.map((cell, at) => kept(before[at], calmed(cell)));
    const same = now.length === before.length && now.every((cell, at) => cell === before[at]);
    return same ? before : (before = now);
  };
}

function calmed(shown: ShownCell): ShownCell {
  if (!isToCome(shown)) return shown;
  if (shown.before) return { ...shown, phase: 'waiting' };
  const set = shown.expectedFrom === 'set';
  return {
    ...shown,
    phase: 'idle',
    cell: null,
    expected: set ? shown.expected : null,
    expectedFrom: set ? 'set' : null,
  };
}

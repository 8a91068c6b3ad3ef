// Moving through the matrix by keys. Columns below zero are the row's own buttons, row -1 holds the
// doors' names. Pure.

import type { Expected } from '$lib/contract';
import type { Matrix, ShownCell } from '$lib/state/matrix';
import type { Place } from '$lib/state/view.svelte';

/** Above so many callers the rows are low and drawn only where they are seen. */
const ROOMY = 13;
export const isDense = (rows: number): boolean => rows > ROOMY;

/** What an expectation says, for those who hear the window. */
export const SAYS: Record<Expected | 'none', string> = {
  allow: 'should get in',
  deny: 'should stay out',
  none: 'nothing is expected',
};

export interface Spot {
  row: number;
  col: number;
}

/** The spot that a key leads to, or `null` where the key means nothing here. */
export function step(
  key: string,
  ctrl: boolean,
  from: Spot,
  rows: number,
  doors: number,
  page = 8,
): Spot | null {
  const { row, col } = from;
  switch (key) {
    case 'ArrowUp':
      return { row: ctrl ? 0 : row - 1, col };
    case 'ArrowDown':
      return { row: ctrl ? rows - 1 : row + 1, col };
    case 'ArrowLeft':
      return { row, col: col - 1 };
    case 'ArrowRight':
      return { row, col: col + 1 };
    case 'Home':
      return { row: ctrl ? 0 : row, col: 0 };
    case 'End':
      return { row: ctrl ? rows - 1 : row, col: doors - 1 };
    case 'PageUp':
      return { row: Math.max(0, row - page), col };
    case 'PageDown':
      return { row: Math.min(rows - 1, row + page), col };
    default:
      return null;
  }
}

/** The nearest spot that is there. The heads of the doors, and what is beside them, stay as they are. */
export function clamped({ row, col }: Spot, rows: number, doors: number): Spot {
  return { row: Math.min(row, rows - 1), col: Math.min(col, row < 0 ? doors : doors - 1) };
}

export const cellAt = (matrix: Matrix, { row, col }: Spot): ShownCell | null =>
  matrix.rows[row]?.cells[col] ?? null;

/** Where a place is, unless it was sifted out. */
export function spotIn(matrix: Matrix, { label, path, method }: Place): Spot | null {
  const row = matrix.rows.findIndex((one) => one.label === label);
  const col = matrix.doors.findIndex((one) => one.path === path && one.method === method);
  return row < 0 || col < 0 ? null : { row, col };
}

/** The cell's place, as it is written at it; `null` beside the cells. */
export function placeOf(target: EventTarget | null): Spot | null {
  const at = target instanceof Element ? target.closest<HTMLElement>('[data-at]')?.dataset.at : undefined;
  const [row, col] = at?.split(':').map(Number) ?? [];
  return row === undefined || col === undefined ? null : { row, col };
}

/** The element at a spot; where a row has no such button, the next one towards its doors. */
export function elementAt(grid: HTMLElement, { row, col }: Spot): HTMLElement | null {
  for (let at = col; at <= 0; at += 1) {
    const found = find(grid, row, at);
    if (found) return found;
  }
  return find(grid, row, col);
}

const find = (grid: HTMLElement, row: number, col: number) =>
  grid.querySelector<HTMLElement>(`[data-row="${row}"][data-col="${col}"]`);

export function spotOf(target: EventTarget | null): Spot | null {
  if (!(target instanceof Element)) return null;
  // A cell may hold buttons of its own, which are no stops.
  const stop = target.closest<HTMLElement>('button, [data-row]');
  return stop?.dataset.row ? { row: Number(stop.dataset.row), col: Number(stop.dataset.col) } : null;
}

// Which rows of a long list can be seen. Pure.

/** A row's height in pixels; the style sheet of the row says the same. */
export const ROW = 36;

const MARGIN = 8;

export function windowOf(top: number, height: number, length: number): { from: number; to: number } {
  const from = Math.max(0, Math.min(length, Math.floor(top / ROW) - MARGIN));
  const to = Math.min(length, Math.ceil((top + height) / ROW) + MARGIN);
  return { from, to: Math.max(from, to) };
}

// The place where a text breaks, with a little of what is around it. Pure.

const AROUND = 24;

/** `at` counts from 1; behind the end, what breaks is that it ends. */
export function around(text: string, at: number): { before: string; at: string; after: string } {
  const index = Math.min(Math.max(0, at - 1), text.length);
  const from = Math.max(0, index - AROUND);
  const to = index + 1 + AROUND;
  return {
    before: (from > 0 ? '…' : '') + text.slice(from, index),
    at: text.slice(index, index + 1) || '⏎',
    after: text.slice(index + 1, to) + (to < text.length ? '…' : ''),
  };
}

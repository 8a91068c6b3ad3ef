// Where the list is scrolled to: kept while rows come and go around it, and moved to where somebody
// goes. All rows have one height, so that everything can be told from an index.

import type { Row } from '$lib/state/sequence';

/** The lanes' heads cover the list's top by so many rem. */
const HEADS = 2.5;

const idOf = (row: Row) => (row.kind === 'head' ? row.group.blocks[0]!.outer.id : row.line.id);

/** `jumped` hears of each move that is made here, in pixels from the top. */
export function keepPlace(
  box: () => HTMLElement | null,
  rows: () => Row[],
  size: () => number,
  jumped: (top: number) => void,
) {
  let kept: { key: string; id: number; past: number } | 'end' | null = null;
  let known = { rows: rows(), size: size() };

  const heads = () => HEADS * parseFloat(getComputedStyle(document.documentElement).fontSize || '16');

  function go(element: HTMLElement, top: number) {
    element.scrollTop = top;
    jumped(element.scrollTop);
  }

  /** Notes the first row in sight, or that the end is. */
  function note() {
    const element = box();
    if (!element || known.rows !== rows() || known.size !== size()) return;
    const { scrollTop, clientHeight, scrollHeight } = element;
    if (scrollTop < 1) return void (kept = null);
    if (scrollTop + clientHeight >= scrollHeight - 2) return void (kept = 'end');
    const at = Math.floor(scrollTop / known.size);
    const row = known.rows[at];
    kept = row ? { key: row.key, id: idOf(row), past: scrollTop / known.size - at } : null;
  }

  $effect(() => {
    const now = { rows: rows(), size: size() };
    const element = box();
    if (!element || (now.rows === known.rows && now.size === known.size)) return;
    known = now;
    if (kept === null) return;
    if (kept === 'end') return go(element, element.scrollHeight);
    const { key, id, past } = kept;
    const same = now.rows.findIndex((row) => row.key === key);
    // From another zoom the same exchange, in other rows.
    const at = same >= 0 ? same : now.rows.findIndex((row) => row.kind !== 'head' && row.line.id === id);
    if (at >= 0) go(element, (at + past) * now.size);
  });

  return {
    note,
    /** Brings a row into sight, by the shortest way. */
    show(at: number) {
      const element = box();
      if (!element || at < 0) return;
      const y = at * size();
      const height = element.clientHeight - heads();
      if (y < element.scrollTop) go(element, Math.max(0, y - size()));
      else if (y + size() > element.scrollTop + height) go(element, y + 2 * size() - height);
    },
    centre(at: number) {
      const element = box();
      if (element) go(element, at * size() - (element.clientHeight - heads()) / 2);
    },
  };
}

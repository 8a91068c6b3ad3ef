// The matrix's one tab stop: where it is, where the arrow keys lead it, and which cell takes the focus
// when its row is sifted out.

import { tick, untrack } from 'svelte';
import { settled } from '$lib/settled.svelte';
import type { Matrix, ShownCell } from '$lib/state/matrix';
import type { Place } from '$lib/state/view.svelte';
import { cellAt, clamped, elementAt, spotIn, spotOf, type Spot } from './grid';

interface Field {
  grid: HTMLElement;
  matrix: Matrix;
}

export class Roving {
  /** The cell with the focus; `null` while it is elsewhere. */
  focused = $state.raw<Spot | null>(null);
  #spot = $state.raw<Spot>({ row: 0, col: 0 });
  readonly #row: { readonly current: number };
  readonly #col: { readonly current: number };
  #within = false;
  readonly #read: () => Field;
  readonly #reached: (cell: ShownCell) => void;

  /** `reached`: a key led to this cell. */
  constructor(read: () => Field, reached: (cell: ShownCell) => void) {
    this.#read = read;
    this.#reached = reached;
    this.#row = settled(() => this.stop.row);
    this.#col = settled(() => this.stop.col);
    // A row that is sifted out takes the focus with it: the nearest one has it then.
    $effect(() => {
      void read().matrix.rows;
      if (!this.#within) return;
      void tick().then(() => {
        if (document.activeElement === document.body) void this.go(untrack(() => this.stop));
      });
    });
  }

  get stop(): Spot {
    const { rows, doors } = this.#read().matrix;
    return clamped(this.#spot, rows.length, doors.length);
  }

  /** A place's `tabindex`. */
  readonly tab = (row: number, col: number): 0 | -1 =>
    this.#row.current === row && this.#col.current === col ? 0 : -1;

  async go(to: Spot): Promise<void> {
    const { grid, matrix } = this.#read();
    let element = elementAt(grid, to);
    if (!element) {
      if (to.row < 0 || to.row >= matrix.rows.length) return;
      // A row that is not drawn yet is drawn where the tab stop is.
      this.#spot = to;
      await tick();
      element = elementAt(grid, to);
    }
    if (!element) return;
    element.focus({ preventScroll: true });
    element.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    const shown = cellAt(this.#read().matrix, to);
    if (shown) this.#reached(shown);
  }

  /** To a place, wherever it has been scrolled to. */
  back(place: Place): void {
    void this.go(spotIn(this.#read().matrix, place) ?? this.stop);
  }

  /** The focus, when what had it is gone: nothing moves, and nothing else is explained. */
  take(): void {
    elementAt(this.#read().grid, this.stop)?.focus({ preventScroll: true });
  }

  /** Brings a place into view, and leaves the focus where it is. */
  async show(place: Place): Promise<void> {
    const { grid, matrix } = this.#read();
    const at = spotIn(matrix, place);
    if (!at) return;
    if (!this.#within) this.#spot = at;
    await tick();
    elementAt(grid, at)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  readonly entered = (event: FocusEvent): void => {
    this.#within = true;
    const at = spotOf(event.target);
    if (at) this.#spot = at;
    this.focused = at && at.row >= 0 && at.col >= 0 ? at : null;
  };

  readonly left = (event: FocusEvent): void => {
    const to = event.relatedTarget;
    if (to instanceof Node && this.#read().grid.contains(to)) return;
    this.focused = null;
    this.#within = to === null && event.target instanceof HTMLElement && !event.target.isConnected;
  };
}

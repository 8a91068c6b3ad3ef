// Which rows of the list are drawn, and when. To lay out all that is in sight takes three frames' time:
// scrolled by hand, a few rows come with each frame, and none while they go by too fast to be read.
// Where none is yet, the lanes run on, and a label says whose rows pass.

import { untrack } from 'svelte';
import { taken } from '$lib/slots';

/** So many come with a frame. */
export const AT_ONCE = 4;
/** So much of what is in sight goes by in a single fast move. */
const FAST = 0.5;
/** Frames without rows are shorter, and so are the moves: there must be a gap, or it would flicker. */
const STILL_FAST = 0.25;
/**
 * So many frames after the last fast move it is at rest. A mere timer would run out within a single one
 * where frames take long.
 */
const PAUSE = 3;

/** Where the eye rests they come first, and above and below what is in sight last. */
function fromTheMiddle(rows: readonly number[]): number[] {
  const middle = ((rows[0] ?? 0) + (rows.at(-1) ?? 0)) / 2;
  return rows.toSorted((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
}

export class Arriving {
  /** The index of the row in each place, in no order. */
  drawn = $state.raw<readonly number[]>([]);
  flying = $state(false);
  /** Pixels from the top; told while it flies. */
  at = $state(0);

  readonly #wanted: () => readonly number[];
  readonly #kindOf: (row: number) => unknown;
  #was = 0;
  #byHand = false;
  #rest = 0;
  #frame: number | null = null;

  /** `wanted` are the indexes of the rows in sight; rows of one kind look alike. */
  constructor(wanted: () => readonly number[], kindOf: (row: number) => unknown) {
    this.#wanted = wanted;
    this.#kindOf = kindOf;
    $effect.pre(() => {
      const rows = wanted();
      untrack(() => (this.#byHand ? this.#wait() : this.#take(rows)));
    });
    $effect(() => () => this.#land());
  }

  /** Scrolled to `at`, with `sight` pixels in sight. */
  moved(at: number, sight: number) {
    const by = Math.abs(at - this.#was);
    this.#was = at;
    if (by < 1) return;
    this.#byHand = true;
    this.flying = by > sight * (this.flying ? STILL_FAST : FAST);
    if (!this.flying) return;
    this.at = at;
    this.#rest = PAUSE;
  }

  /** Brought to `at` by the window itself: what somebody asked to see is there at once. */
  jumped(at: number) {
    this.#was = at;
    this.#land();
    this.#take(untrack(this.#wanted));
  }

  #land() {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#frame = null;
    this.#byHand = false;
    this.flying = false;
  }

  #wait() {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      this.#turn();
    });
  }

  #turn() {
    if (this.flying && this.#rest > 0) {
      this.#rest -= 1;
      return this.#wait();
    }
    this.flying = false;
    const rows = fromTheMiddle(this.#wanted());
    this.#take(rows, AT_ONCE);
    if (rows.every((row) => this.drawn.includes(row))) this.#byHand = false;
    else this.#wait();
  }

  #take(rows: readonly number[], most = Infinity) {
    this.drawn = taken(this.drawn, rows, most, this.#kindOf);
  }
}

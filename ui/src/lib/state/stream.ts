// The events as they come in. Drawing the window anew for each of a thousand answers would be felt:
// what only adds to a roll call waits for the next frame, and anything else takes it along at once.
// The order is never changed.

import type { RolecallEvent } from '$lib/contract';

const WAITS = new Set<RolecallEvent['type']>(['user_changed', 'cell_changed', 'outlined', 'exchange']);
/** Where no frame comes, as in a window that is out of sight, this many milliseconds are enough. */
const AT_LATEST = 100;

export class Stream {
  readonly #apply: (events: RolecallEvent[]) => void;
  #held: RolecallEvent[] = [];
  #frame = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(apply: (events: RolecallEvent[]) => void) {
    this.#apply = apply;
  }

  take(event: RolecallEvent): void {
    this.#held.push(event);
    if (!WAITS.has(event.type)) this.#flush();
    else if (this.#held.length === 1) {
      this.#frame = requestAnimationFrame(() => this.#flush());
      this.#timer = setTimeout(() => this.#flush(), AT_LATEST);
    }
  }

  #flush(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    const events = this.#held;
    this.#held = [];
    this.#apply(events);
  }
}

// Whether the list goes by too fast to be read. Flicked from top to bottom, five pages a frame, a frame
// of it took 35 ms in the median and up to 60; without the rows' words, bars and tips it takes 20, as
// little as an almost empty page. At that speed nobody sees them: they are left out until it slows down.

/**
 * Moves belong together with fewer frames than these between them: a tenth of a second, and longer where
 * frames take long. A mere timer would run out within a single one of those.
 */
const PAUSE = 6;

/** So much of what is in sight goes by in a single move. */
const FAST = 0.5;
/** Frames without words are shorter, and so are the moves: there must be a gap, or it would flicker. */
const STILL_FAST = 0.25;

export class Flight {
  flying = $state(false);
  #at = 0;
  /** Waited for after a fast move, and always while flying. */
  #frame: number | null = null;

  /** Scrolled to `at`, with `sight` pixels in sight. One fast move is a jump, and shows where it led. */
  moved(at: number, sight: number) {
    const by = Math.abs(at - this.#at);
    this.#at = at;
    if (by <= sight * (this.flying ? STILL_FAST : FAST)) return this.land();
    this.flying = this.#frame !== null;
    this.#wait(PAUSE);
  }

  land() {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#frame = null;
    this.flying = false;
  }

  #wait(frames: number) {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => (frames > 1 ? this.#wait(frames - 1) : this.land()));
  }
}

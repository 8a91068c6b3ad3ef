// How much room there is, told in letters: larger text and a nearer zoom leave less of it.

/** In rem. The style sheets say the same with `@container window`. */
const NARROW = 48;
const TIGHT = 62;

export class Room {
  /** The window's width in rem. */
  width = $state(80);
  /** One rem in pixels: larger text has a larger one. */
  rem = $state(16);

  /** Too narrow for a column of views: they stand in a row at the bottom. */
  readonly narrow: boolean = $derived(this.width < NARROW);

  /** The top bar has no place for everything. */
  readonly tight: boolean = $derived(this.width < TIGHT);

  measure(): void {
    this.rem = parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
    this.width = window.innerWidth / this.rem;
  }
}

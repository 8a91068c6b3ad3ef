// How large everything is: the window's zoom and the size of its text. Kept on this machine.

import type { Backend } from '$lib/backend';
import type { Notices } from './notices.svelte';

export const ZOOMS = [0.5, 0.67, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2] as const;

export const TEXT_SIZES = [
  { size: 'normal', title: 'Normal', factor: 1 },
  { size: 'large', title: 'Large', factor: 1.15 },
  { size: 'larger', title: 'Larger', factor: 1.3 },
] as const;
export type TextSize = (typeof TEXT_SIZES)[number]['size'];

const ZOOM_KEY = 'rolecall.zoom';
const TEXT_KEY = 'rolecall.text';

export class Sight {
  zoom = $state<number>(storedZoom());
  text = $state<TextSize>(storedText());

  constructor(
    private readonly backend: Pick<Backend, 'setZoom'>,
    private readonly notices: Notices,
  ) {}

  /** Puts the text's size on the document; the style sheet knows what it means. */
  show(): void {
    if (this.text === 'normal') delete document.documentElement.dataset.text;
    else document.documentElement.dataset.text = this.text;
  }

  choose(text: TextSize): void {
    this.text = text;
    localStorage.setItem(TEXT_KEY, text);
    this.show();
  }

  /** Nearer, further, or the size as designed. */
  async zoomBy(step: -1 | 0 | 1): Promise<void> {
    const to = this.next(step);
    if (to !== null && !(await this.notices.try(this.backend.setZoom(to)))) return;
    if (to !== null) this.keep(to);
    this.notices.done(`Size ${percent(this.zoom)}`, { topic: 'size' });
  }

  /** The next step in this direction, or the size as designed; `null` where it is that already. */
  next(step: -1 | 0 | 1): number | null {
    const at = ZOOMS.findIndex((zoom) => zoom >= this.zoom - 0.001);
    const to = step === 0 ? 1 : ZOOMS[at + step];
    return to === undefined || to === this.zoom ? null : to;
  }

  keep(zoom: number): void {
    this.zoom = zoom;
    localStorage.setItem(ZOOM_KEY, String(zoom));
  }
}

export const percent = (zoom: number): string => `${Math.round(zoom * 100)} %`;

function storedZoom(): number {
  const kept = Number(localStorage.getItem(ZOOM_KEY));
  return ZOOMS.find((zoom) => zoom === kept) ?? 1;
}

function storedText(): TextSize {
  const kept = localStorage.getItem(TEXT_KEY);
  return TEXT_SIZES.find(({ size }) => size === kept)?.size ?? 'normal';
}

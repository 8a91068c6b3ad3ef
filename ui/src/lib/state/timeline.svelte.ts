// How the timeline is looked at: how near, which part of it, and where the cursor is.

import { noFilter, type Filter } from './filter';

/** From far to near; nearer still is one exchange, opened. */
export const ZOOMS = ['overview', 'lines', 'arrows'] as const;
export type Zoom = (typeof ZOOMS)[number];

export class TimelineLook {
  zoom = $state<Zoom>('arrows');
  filter = $state.raw<Filter>(noFilter);
  /** The row that the keys are at, by its key. */
  cursor = $state<string | null>(null);

  narrow(more: Partial<Filter>): void {
    this.filter = { ...this.filter, ...more };
  }

  /** One step nearer or further. */
  zoomBy(step: -1 | 1): void {
    this.zoom = ZOOMS[ZOOMS.indexOf(this.zoom) + step] ?? this.zoom;
  }

  forget(): void {
    this.filter = noFilter;
    this.cursor = null;
  }
}

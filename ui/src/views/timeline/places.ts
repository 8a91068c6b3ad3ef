// Where things stand in the diagram, in hundredths of its width. Pure.

import type { Party } from '$lib/contract';
import type { Leg } from '$lib/state/sequence';

export const LANES: Record<Party, number> = { caller: 3, api: 46, zitadel: 97 };
export const PARTIES = ['caller', 'api', 'zitadel'] as const;

/** The heights of a row and of the lanes' heads, in rem. */
export const HEIGHT = { lines: 1.875, arrows: 2.375 } as const;

export interface Stretch {
  /** The arrow's two ends. */
  left: number;
  width: number;
  /** Which end its tip is at. */
  tip: 'left' | 'right';
}

export function stretchOf({ line, kind }: Pick<Leg, 'line' | 'kind'>): Stretch {
  const [from, to] = kind === 'answer' ? [line.to, line.from] : [line.from, line.to];
  const [a, b] = [LANES[from], LANES[to]];
  return { left: Math.min(a, b), width: Math.abs(a - b), tip: b > a ? 'right' : 'left' };
}

// What a cell shows and says, together with what surrounds its answer.

import type { Expected } from '$lib/contract';
import { lastKnown, type ShownCell } from '$lib/state/matrix';
import type { OwnAnswer } from '$lib/state/target';
import { lookOf, type Look } from '$lib/tell/cell';
import { answerWords } from '$lib/tell/target';

/** What a cell is told, one of a few or one of many. */
export interface CellProps {
  shown: ShownCell;
  row: number;
  col: number;
  tabindex: number;
  chosen: boolean;
  /** Held beside the chosen one. */
  pinned: boolean;
  /** The pointer or the focus is here. */
  hot: boolean;
  /** What somebody's own API answered to the same call. */
  own: OwnAnswer | null;
  /** Counts this cell's flips while it is watched. */
  flip: number | null;
  onexpect: (shown: ShownCell, expected: Expected) => void;
}

export interface Face extends Look {
  /** Somebody waits for its answer. */
  busy: boolean;
  /** What it was until then. */
  was: Look | null;
}

/** While it is asked again, a cell still says, faintly, what it was. */
export function faceOf(shown: ShownCell, own: OwnAnswer | null, pinned: boolean): Face {
  const look = lookOf(shown);
  const busy = look.tone === 'waiting' || look.tone === 'calling';
  const was = busy && shown.before ? lookOf(lastKnown(shown)) : null;
  const { word, status } = was ?? look;
  return { ...look, busy, was, word, status, spoken: spokenOf(look, was, own, pinned) };
}

function spokenOf(look: Look, was: Look | null, own: OwnAnswer | null, pinned: boolean): string {
  // What is seen first, in the order in which it is seen.
  const { word, status } = was ?? look;
  const seen = [word, status, look.aside].filter(Boolean).join(' ');
  const now = was ? `${seen} until now. ${look.spoken}` : look.spoken;
  const held = pinned ? `${now}, pinned` : now;
  if (!own) return held;
  const other = own.differs ? 'another answer' : 'the same';
  return `${seen} my API: ${answerWords(own.cell)}, ${other}${held.slice(seen.length)}`;
}

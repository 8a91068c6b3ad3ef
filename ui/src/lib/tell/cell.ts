// What a cell looks like and says. Colour says whether it is as expected; icon and word say whether
// the caller is in or out.

import type { Expected } from '$lib/contract';
import type { ShownCell } from '$lib/state/matrix';

export type Tone =
  | 'in' // allowed, as expected
  | 'out' // refused, as expected
  | 'odd' // not as expected, or at fault
  | 'open' // answered, but no expectation is set
  | 'unreached'
  | 'waiting'
  | 'calling'
  | 'idle';

export type Sign = 'in' | 'out' | 'odd' | 'fault' | 'unreached' | 'busy' | 'none';

export interface Look {
  tone: Tone;
  sign: Sign;
  word: string;
  /** In a surprise: what should have been. */
  aside: string | null;
  status: string | null;
  /** All of it in words, for those who hear the window. */
  spoken: string;
}

const SHOULD: Record<Expected, string> = { allow: 'should be in', deny: 'should be out' };

export function lookOf(shown: ShownCell): Look {
  const look = silentLook(shown);
  // What can be seen comes first and in its own words, so that who speaks to the window can say it.
  const seen = [look.word, look.status, look.aside].filter((part) => part !== null).join(' ');
  return { ...look, spoken: `${seen}${expectation(shown)}: ${shown.name} at ${shown.door.path}` };
}

/** The tone alone, where a thousand are counted. */
export const toneOf = (shown: ShownCell): Tone => silentLook(shown).tone;

function expectation(shown: ShownCell): string {
  if (shown.phase !== 'done' || !shown.cell || shown.cell.verdict === 'not_reached') return '';
  if (shown.asExpected === true) return ', as expected';
  return shown.expected === null ? ', no expectation set' : '';
}

function silentLook(shown: ShownCell): Omit<Look, 'spoken'> {
  const { cell, phase } = shown;
  const plain = { aside: null, status: null };
  if (!cell || phase === 'idle') return { ...plain, tone: 'idle', sign: 'none', word: 'Not called yet' };
  if (phase === 'waiting') return { ...plain, tone: 'waiting', sign: 'none', word: 'Waiting' };
  if (phase === 'calling') return { ...plain, tone: 'calling', sign: 'busy', word: 'Calling' };
  const status = cell.status === null ? null : String(cell.status);
  switch (cell.verdict) {
    case 'not_reached':
      return { ...plain, tone: 'unreached', sign: 'unreached', word: 'Not reached' };
    case 'failed':
      return { tone: 'odd', sign: 'fault', word: 'Failed', aside: status ? null : 'no answer', status };
    case 'allowed':
    case 'refused': {
      const sign = cell.verdict === 'allowed' ? 'in' : 'out';
      const word = sign === 'in' ? 'In' : 'Out';
      if (shown.asExpected === false && shown.expected) {
        return { tone: 'odd', sign: 'odd', word, aside: SHOULD[shown.expected], status };
      }
      const tone = shown.asExpected === null ? 'open' : sign;
      return { tone, sign, word, aside: null, status };
    }
  }
}

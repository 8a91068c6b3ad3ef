// A caller in few words.

import { NOBODY, type SandboxUserState } from '$lib/contract';
import type { MatrixRow } from '$lib/state/matrix';

/** Two letters for a face: `reader-bot` is `RB`. */
export function initials(name: string, nobody: boolean): string {
  if (nobody) return '–';
  const parts = name.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const letters =
    parts.length > 1 ? [parts[0]!, parts[1]!].map((part) => part.slice(0, 1)) : [name.slice(0, 2)];
  return letters.join('').toUpperCase();
}

export const STATE_WORDS: Record<SandboxUserState, string> = {
  active: 'Active',
  locked: 'Locked',
  deactivated: 'Deactivated',
  removed: 'Removed',
};

export interface RolesWords {
  /** The first role, or a sentence. */
  first: string;
  others: string[];
  /** Role keys, and not a sentence. */
  machine: boolean;
}

/** What stands under a caller's name. */
export function rolesWords(row: MatrixRow): RolesWords {
  const sentence = (first: string) => ({ first, others: [], machine: false });
  if (row.label === NOBODY) return sentence('no token');
  if (row.sandbox && row.sandbox.state !== 'active')
    return sentence(STATE_WORDS[row.sandbox.state].toLowerCase());
  if (row.roles === null) return sentence('roles not known yet');
  const [first, ...others] = row.roles;
  return first === undefined ? sentence('no role') : { first, others, machine: true };
}

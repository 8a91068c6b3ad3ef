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

/** What stands under a caller's name; `machine` when it is role keys. */
export function rolesWords(row: MatrixRow): { text: string; machine: boolean } {
  if (row.label === NOBODY) return { text: 'no token', machine: false };
  if (row.sandbox && row.sandbox.state !== 'active') {
    return { text: STATE_WORDS[row.sandbox.state].toLowerCase(), machine: false };
  }
  if (row.roles === null) return { text: 'roles not known yet', machine: false };
  if (row.roles.length === 0) return { text: 'no role', machine: false };
  return { text: row.roles.join(', '), machine: true };
}

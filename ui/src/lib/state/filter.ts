// Which exchanges somebody wants to see. Pure.

import type { Purpose } from '$lib/contract';
import type { Line } from '$lib/tell/line';
import { plain } from '$lib/tell/phrase';

export interface Filter {
  query: string;
  /** A row's label; `''` for all, `' '` for what belongs to no row. */
  user: string;
  purpose: Purpose | '';
  trouble: boolean;
}

export const noFilter: Filter = { query: '', user: '', purpose: '', trouble: false };
export const NO_ROW = ' ';

export function isFiltering({ query, user, purpose, trouble }: Filter): boolean {
  return query.trim() !== '' || user !== '' || purpose !== '' || trouble;
}

/** `found` are those in which the words stand that are searched for: lines do not show everything. */
export function filtered(
  list: readonly Line[],
  filter: Filter,
  ownerOf: (line: Line) => string | null,
  found: readonly number[],
): readonly Line[] {
  if (!isFiltering(filter)) return list;
  const words = filter.query.trim().toLowerCase();
  const elsewhere = new Set(found);
  return list.filter((one) => {
    const owner = ownerOf(one);
    if (filter.purpose && one.purpose !== filter.purpose) return false;
    if (filter.user && (owner ?? NO_ROW) !== filter.user) return false;
    if (filter.trouble && !one.trouble) return false;
    return words === '' || elsewhere.has(one.id) || says(one, owner, words);
  });
}

function says({ what, answer, beside, request_id }: Line, owner: string | null, words: string): boolean {
  const told = [owner, plain(what), answer, beside, request_id];
  return told.some((one) => one?.toLowerCase().includes(words));
}

export function usersOf(list: readonly Line[], ownerOf: (line: Line) => string | null): (string | null)[] {
  return [...new Set(list.map(ownerOf))];
}

// Which exchanges somebody wants to see. Pure.

import type { Purpose } from '$lib/contract';
import type { Line } from '$lib/tell/line';
import { mentions, type Kept } from './kept';

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

export function filtered(
  list: readonly Kept[],
  filter: Filter,
  ownerOf: (line: Line) => string | null,
): readonly Kept[] {
  if (!isFiltering(filter)) return list;
  const words = filter.query.trim().toLowerCase();
  return list.filter((one) => {
    const owner = ownerOf(one);
    if (filter.purpose && one.purpose !== filter.purpose) return false;
    if (filter.user && (owner ?? NO_ROW) !== filter.user) return false;
    if (filter.trouble && !one.trouble) return false;
    return words === '' || owner?.toLowerCase().includes(words) || mentions(one, words);
  });
}

export function usersOf(list: readonly Line[], ownerOf: (line: Line) => string | null): (string | null)[] {
  return [...new Set(list.map(ownerOf))];
}

// Which exchanges somebody wants to see. Pure.

import type { Exchange, Purpose } from '$lib/contract';
import { grantOf, isTrouble, tell } from '$lib/tell/exchange';
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

export function filtered(
  list: readonly Exchange[],
  filter: Filter,
  ownerOf: (exchange: Exchange) => string | null,
): readonly Exchange[] {
  if (!isFiltering(filter)) return list;
  const words = filter.query.trim().toLowerCase();
  return list.filter((exchange) => {
    if (filter.purpose && exchange.purpose !== filter.purpose) return false;
    if (filter.user && (ownerOf(exchange) ?? NO_ROW) !== filter.user) return false;
    if (filter.trouble && !isTrouble(exchange)) return false;
    return words === '' || mentions(exchange, ownerOf(exchange), words);
  });
}

/** Whether the words stand anywhere that a person sees when it is opened. */
function mentions(exchange: Exchange, owner: string | null, words: string): boolean {
  const { request, response, error, request_id } = exchange;
  const told = tell(exchange);
  const holds = (text: string | null | undefined) => text?.toLowerCase().includes(words) ?? false;
  return (
    holds(owner) ||
    holds(request.url) ||
    holds(request.method) ||
    holds(told.answer) ||
    holds(plain(told.what)) ||
    holds(grantOf(exchange)) ||
    holds(request_id) ||
    holds(error?.message) ||
    holds(request.json) ||
    holds(response?.body) ||
    [...request.headers, ...(request.form ?? []), ...(response?.headers ?? [])].some(
      ({ name, value }) => holds(name) || holds(value),
    )
  );
}

export function usersOf(
  list: readonly Exchange[],
  ownerOf: (exchange: Exchange) => string | null,
): (string | null)[] {
  return [...new Set(list.map(ownerOf))];
}

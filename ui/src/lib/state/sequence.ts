// Exchanges as a sequence diagram: by caller, by call, arrow by arrow. Pure.

import type { Party } from '$lib/contract';
import type { Line } from '$lib/tell/line';

/** A call with what the API asked ZITADEL because of it; any other exchange stands alone. */
export interface Block {
  outer: Line;
  nested: Line[];
}

/** What one caller did in one go: its token request, then its calls. */
export interface Group {
  key: string;
  /** `null` for what belongs to no row. */
  user: string | null;
  blocks: Block[];
}

/** Each exchange a line, or an arrow there and an arrow back. */
export type Detail = 'lines' | 'arrows';

export interface Head {
  kind: 'head';
  key: string;
  group: Group;
  tokens: number;
  calls: number;
  others: number;
  troubles: number;
}

/** A stretch of a lane during which somebody is at work on an answer. */
export interface Bar {
  party: Party;
  part: 'from' | 'through' | 'to';
}

export interface Leg {
  kind: 'ask' | 'answer' | 'both';
  key: string;
  line: Line;
  /** 1 for what happened inside of a call. */
  depth: number;
  /** When its group began, in milliseconds since 1970. */
  since: number;
  bars: Bar[];
}

export type Row = Head | Leg;

/** Who caused each exchange: an introspection names no caller, the call that it is tied to does. */
export function ownersOf(all: readonly Line[]): (line: Line) => string | null {
  const byRequest = new Map<string, string>();
  for (const { user, request_id } of all) {
    if (user !== null && request_id !== null) byRequest.set(request_id, user);
  }
  return ({ user, request_id }) => user ?? (request_id !== null ? (byRequest.get(request_id) ?? null) : null);
}

/** `list` in the order in which the exchanges began. */
export function groupsOf(
  list: readonly Line[],
  ownerOf: (line: Line) => string | null = ownersOf(list),
): Group[] {
  const groups: Group[] = [];
  const current = new Map<string | null, { group: Group; doors: Set<string> }>();
  for (const block of blocksOf(list)) {
    const user = ownerOf(block.outer);
    let open = current.get(user);
    if (!open || beginsAnew(block.outer, open.group, open.doors, groups.at(-1))) {
      open = { group: { key: `group-${block.outer.id}`, user, blocks: [] }, doors: new Set() };
      current.set(user, open);
      groups.push(open.group);
    }
    open.group.blocks.push(block);
    if (block.outer.purpose === 'call' && block.outer.attempt === 1) open.doors.add(block.outer.door);
  }
  return groups;
}

/** A row is called once at each door: a door that comes again, or a token, begins another round. */
function beginsAnew(next: Line, group: Group, doors: Set<string>, last: Group | undefined): boolean {
  if (next.attempt > 1) return false;
  if (group.user === null) return group !== last;
  if (next.purpose === 'token') return group.blocks.some(({ outer }) => outer.purpose === 'call');
  return next.purpose === 'call' && doors.has(next.door);
}

function blocksOf(list: readonly Line[]): Block[] {
  const calls = new Map<string, Block>();
  const blocks: Block[] = [];
  const inside: Line[] = [];
  for (const line of list) {
    const { request_id, purpose } = line;
    if (request_id !== null && purpose !== 'call') {
      inside.push(line);
      continue;
    }
    const block = { outer: line, nested: [] };
    blocks.push(block);
    if (request_id !== null && !calls.has(request_id)) calls.set(request_id, block);
  }
  const alone: Block[] = [];
  for (const line of inside) {
    const call = calls.get(line.request_id!);
    if (call) call.nested.push(line);
    else alone.push({ outer: line, nested: [] });
  }
  return alone.length === 0 ? blocks : [...blocks, ...alone].sort((a, b) => a.outer.id - b.outer.id);
}

export function rowsOf(groups: readonly Group[], detail: Detail): Row[] {
  return groups.flatMap((group) => {
    const since = Math.min(...group.blocks.map(({ outer }) => Date.parse(outer.started_at)));
    return [headOf(group), ...group.blocks.flatMap((block) => legsOf(block, detail, since))];
  });
}

function legsOf({ outer, nested }: Block, detail: Detail, since: number): Leg[] {
  const leg = (kind: Leg['kind'], line: Line, depth: number, bars: Bar[] = []): Leg => ({
    kind,
    key: `${line.id}:${kind}`,
    line,
    depth,
    since,
    bars,
  });
  if (detail === 'lines') return [leg('both', outer, 0), ...nested.map((one) => leg('both', one, 1))];
  const during: Bar = { party: outer.to, part: 'through' };
  return [
    leg('ask', outer, 0, [{ party: outer.to, part: 'from' }]),
    ...nested.flatMap((one) => [
      leg('ask', one, 1, [during, { party: one.to, part: 'from' }]),
      leg('answer', one, 1, [during, { party: one.to, part: 'to' }]),
    ]),
    leg('answer', outer, 0, [{ party: outer.to, part: 'to' }]),
  ];
}

function headOf(group: Group): Head {
  const all = group.blocks.flatMap(({ outer, nested }) => [outer, ...nested]);
  const tokens = all.filter(({ purpose }) => purpose === 'token').length;
  const calls = all.filter(({ purpose }) => purpose === 'call').length;
  return {
    kind: 'head',
    key: group.key,
    group,
    tokens,
    calls,
    others: group.blocks.length - tokens - calls,
    troubles: all.filter(({ trouble }) => trouble).length,
  };
}

/** The exchanges in the order in which the diagram shows them. */
export function inOrder(groups: readonly Group[]): Line[] {
  return groups.flatMap(({ blocks }) => blocks.flatMap(({ outer, nested }) => [outer, ...nested]));
}

/** The row at which an exchange begins; -1 where it is not shown. */
export function rowOf(rows: readonly Row[], exchange: number | null): number {
  if (exchange === null) return -1;
  return rows.findIndex((row) => row.kind !== 'head' && row.line.id === exchange);
}

/** The head of the group in which a row stands. */
export function headOver(rows: readonly Row[], at: number): Head | null {
  for (let index = Math.min(at, rows.length - 1); index >= 0; index -= 1) {
    const row = rows[index];
    if (row?.kind === 'head') return row;
  }
  return null;
}

/** The next row that is no head, from `at` by `by` rows; stays within the list. */
export function stepFrom(rows: readonly Row[], at: number, by: number): number {
  const clamp = (index: number) => Math.min(rows.length - 1, Math.max(0, index));
  const way = by < 0 ? -1 : 1;
  let to = clamp(at + by);
  while (rows[to]?.kind === 'head' && rows[to + way]) to += way;
  // A head stands before its group: above the first one there is nothing.
  if (rows[to]?.kind === 'head') to = clamp(to + 1);
  return to;
}

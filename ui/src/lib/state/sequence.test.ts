import { describe, expect, it } from 'vitest';
import type { Exchange } from '$lib/contract';
import { lineOf, type Line } from '$lib/tell/line';
import { exchange } from '../../testing/samples';
import { filtered, noFilter, NO_ROW, usersOf } from './filter';
import { groupsOf, inOrder, ownersOf, rowOf, rowsOf, stepFrom } from './sequence';

const line = (id: number, more: Partial<Exchange>) => lineOf(exchange(id, more));
const token = (id: number, user = 'reader-bot') =>
  line(id, { purpose: 'token', from: 'caller', to: 'zitadel', user });
const call = (id: number, request_id: string, path = '/a', more: Partial<Exchange> = {}) =>
  line(id, {
    request_id,
    request: { method: 'GET', url: `http://api${path}`, headers: [], form: null },
    ...more,
  });
const introspection = (id: number, request_id: string, more: Partial<Exchange> = {}) =>
  line(id, { purpose: 'introspection', from: 'api', to: 'zitadel', user: null, request_id, ...more });
const probe = (id: number) => line(id, { purpose: 'probe', to: 'zitadel', user: null });

const told = (list: Line[]) =>
  rowsOf(groupsOf(list), 'arrows').map((row) => (row.kind === 'head' ? `[${row.group.user}]` : row.key));

describe('the sequence diagram', () => {
  it('puts what the API asked inside of the call because of which it asked', () => {
    expect(told([token(1), call(2, 'x'), introspection(3, 'x')])).toEqual([
      '[reader-bot]',
      '1:ask',
      '1:answer',
      '2:ask',
      '3:ask',
      '3:answer',
      '2:answer',
    ]);
  });

  it('shows an introspection whose call has not come to an end yet on its own', () => {
    expect(told([introspection(3, 'x')])).toEqual(['[null]', '3:ask', '3:answer']);
  });

  it('keeps each caller together, however the callers ran beside each other', () => {
    const list = [
      token(1),
      token(2, 'b'),
      call(3, 'x'),
      call(4, 'y', '/a', { user: 'b' }),
      call(5, 'z', '/b'),
    ];
    expect(told(list).filter((row) => row.startsWith('['))).toEqual(['[reader-bot]', '[b]']);
    expect(inOrder(groupsOf(list)).map(({ id }) => id)).toEqual([1, 3, 5, 2, 4]);
  });

  it('begins another round where a door comes again or a token is asked for anew', () => {
    const rounds = (list: Line[]) => groupsOf(list).length;
    expect(rounds([call(1, 'a', '/a'), call(2, 'b', '/b')])).toBe(1);
    expect(rounds([call(1, 'a', '/a'), call(2, 'b', '/a')])).toBe(2);
    expect(rounds([token(1), call(2, 'b'), token(3)])).toBe(2);
    expect(
      rounds([call(1, 'a', '/a'), call(2, 'b', '/a', { attempt: 2 })]),
      'a repeat is the same call',
    ).toBe(1);
  });

  it('lets what belongs to nobody stand where it happened', () => {
    const list = [probe(1), probe(2), token(3), probe(4)];
    expect(told(list).filter((row) => row.startsWith('['))).toEqual(['[null]', '[reader-bot]', '[null]']);
  });

  it('draws the API at work for as long as its call lasts', () => {
    const rows = rowsOf(groupsOf([call(2, 'x'), introspection(3, 'x')]), 'arrows');
    const bars = rows.map((row) =>
      row.kind === 'head' ? '' : row.bars.map((bar) => bar.party + ' ' + bar.part),
    );
    expect(bars).toEqual([
      '',
      ['api from'],
      ['api through', 'zitadel from'],
      ['api through', 'zitadel to'],
      ['api to'],
    ]);
  });

  it('draws an exchange as one line from further away', () => {
    const rows = rowsOf(groupsOf([call(2, 'x'), introspection(3, 'x')]), 'lines');
    expect(rows.map(({ key }) => key)).toEqual(['group-2', '2:both', '3:both']);
  });

  it('counts what is in trouble', () => {
    const failed = { response: null, error: { kind: 'timed_out' as const, message: '' } };
    const [head] = rowsOf(groupsOf([call(1, 'a'), call(2, 'b', '/b', failed), probe(3)]), 'lines');
    expect(head).toMatchObject({ calls: 2, troubles: 1 });
  });

  it('is walked through from arrow to arrow, past the heads', () => {
    const rows = rowsOf(groupsOf([token(1), token(2, 'b')]), 'arrows');
    expect(rows.map(({ kind }) => kind)).toEqual(['head', 'ask', 'answer', 'head', 'ask', 'answer']);
    expect([
      stepFrom(rows, -1, 1),
      stepFrom(rows, 2, 1),
      stepFrom(rows, 4, -1),
      stepFrom(rows, 1, -1),
    ]).toEqual([1, 4, 2, 1]);
    expect([stepFrom(rows, 2, -Infinity), stepFrom(rows, 2, Infinity)]).toEqual([1, 5]);
    expect(rowOf(rows, 2)).toBe(4);
  });
});

describe('the filter', () => {
  const list = [
    token(1),
    call(2, 'x', '/secret-door'),
    introspection(3, 'x'),
    probe(4),
    call(5, 'y', '/b', { user: 'b' }),
  ];
  const ids = (more: object, found: number[] = []) =>
    filtered(list, { ...noFilter, ...more }, ownersOf(list), found).map(({ id }) => id);

  it('finds a row with what the API asked because of it', () => {
    expect(ids({ user: 'reader-bot' })).toEqual([1, 2, 3]);
    expect(ids({ user: NO_ROW })).toEqual([4]);
    expect(usersOf(list, ownersOf(list))).toEqual(['reader-bot', null, 'b']);
  });

  it('finds by purpose, by trouble and by words, all at once', () => {
    expect(ids({ purpose: 'introspection' })).toEqual([3]);
    expect(ids({ trouble: true })).toEqual([]);
    expect(ids({ query: ' SECRET-door ' })).toEqual([2]);
    expect(ids({ query: 'reader', purpose: 'token' })).toEqual([1]);
    expect(ids({ query: 'in a body' }), 'lines do not say it').toEqual([]);
    const among = { query: 'in a body', purpose: 'token' };
    expect(ids(among, [1, 2]), 'it is found elsewhere').toEqual([1]);
  });
});

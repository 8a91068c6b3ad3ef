import { expect, it } from 'vitest';
import type { Exchange } from '$lib/contract';
import { exchange } from '../../testing/samples';
import { belongingTo, lineOf, spoken, type Line } from './line';

const line = (id: number, more: Partial<Exchange> = {}) => lineOf(exchange(id, more));

it('belongs to a call by its request id, with the token that came before', () => {
  const all = [
    line(1, { purpose: 'token' }),
    line(2, { purpose: 'token', user: 'other-bot' }),
    line(3, { purpose: 'introspection', request_id: 'a', user: null }),
    line(4, { request_id: 'a' }),
    line(5, { request_id: 'b' }),
    line(6, { purpose: 'token' }),
  ];
  expect(belongingTo(all, all[3]!).map(({ id }) => id)).toEqual([1, 3, 4]);
  expect(
    belongingTo(all, all[2]!).map(({ id }) => id),
    'from the introspection, which names no caller',
  ).toEqual([1, 3, 4]);
});

it('is in trouble where it had to be repeated, got no answer, or got one that says so', () => {
  const none = { response: null, error: { kind: 'timed_out' as const, message: '' } };
  const refused = { response: { status: 403, headers: [], body: '' } };
  const [fine, again, cut, shut] = [line(1), line(2, { attempt: 2 }), line(3, none), line(4, refused)];
  expect([fine, again, cut, shut].map(({ trouble }) => trouble)).toEqual([false, true, true, false]);
});

it('says the request beside the words, but not twice', () => {
  expect(line(1, { purpose: 'introspection' }).beside).toMatch(/^(GET|POST) \//);
  expect(line(1, { purpose: 'call' }).beside).toBeNull();
});

it('is spoken as what one asks the other, as what the other answers, or as both', () => {
  const call = line(1, { attempt: 2 });
  const asks = `${call.who} asks ${call.whom}, \\+0\\.100: `;
  const answer = `${call.answer}, 1.0 ms`;
  const says = (one: Line, part: 'ask' | 'answer' | 'both') => spoken(one, part, '+0.100');
  expect(says(call, 'ask')).toMatch(new RegExp(`^${asks}.+, try 2$`));
  expect(says(call, 'answer')).toBe(`${call.whom} answers ${call.who}: ${answer}`);
  expect(says(call, 'both')).toBe(`${says(call, 'ask')}, ${answer}`);
  const introspection = line(2, { purpose: 'introspection' });
  expect(says(introspection, 'ask').endsWith(`, ${introspection.beside}`)).toBe(true);
  expect(says(introspection, 'both')).not.toContain(introspection.beside);
});

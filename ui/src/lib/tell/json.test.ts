import { describe, expect, it } from 'vitest';
import { copyOf, foldedText, hitsIn, linesOf, parsed } from './json';

const value = { sub: '77', aud: ['400', '900'], roles: { 'read:messages': { '12': 'localhost' } } };
const none = new Map<string, boolean>();
const told = (lines: ReturnType<typeof linesOf>) =>
  lines.map(({ depth, name, shape }) => `${depth} ${name ?? '-'} ${shape}`);

describe('JSON, line by line', () => {
  it('is open where it is short, with a closing line for each bracket', () => {
    expect(told(linesOf(value, none))).toEqual([
      '0 - open',
      '1 sub leaf',
      '1 aud open',
      '2 - leaf',
      '2 - leaf',
      '1 aud end',
      '1 roles open',
      '2 read:messages open',
      '3 12 leaf',
      '2 read:messages end',
      '1 roles end',
      '0 - end',
    ]);
  });

  it('folds what somebody folds, and says how much is inside', () => {
    const lines = linesOf(value, new Map([['$.aud', false]]));
    expect(told(lines)).toContain('1 aud folded');
    expect(lines).toHaveLength(9);
    expect(foldedText(value.aud)).toBe('[ … ] 2');
  });

  it('is folded but for the outermost where it is long', () => {
    const long = { keys: Array.from({ length: 80 }, (_, n) => ({ n })) };
    expect(told(linesOf(long, none))).toEqual(['0 - open', '1 keys folded', '0 - end']);
  });

  it('shows only what was looked for and the way to it, even where it was folded', () => {
    const found = linesOf(value, new Map([['$.roles', false]]), 'LOCALHOST');
    expect(told(found).filter((line) => line.endsWith('leaf'))).toEqual(['3 12 leaf']);
    expect(told(found)).not.toContain('1 sub leaf');
  });

  it('shows all that is inside a name that was looked for', () => {
    expect(told(linesOf(value, none, 'aud')).filter((line) => line.endsWith('leaf'))).toHaveLength(2);
  });

  it('counts what was found, names and values alike', () => {
    expect([hitsIn(value, 'roles'), hitsIn(value, '00'), hitsIn(value, ' '), hitsIn(value, 'no')]).toEqual([
      1, 2, 0, 0,
    ]);
  });

  it('marks where a comma belongs', () => {
    expect(linesOf({ a: 1, b: 2 }, none).map(({ more }) => more)).toEqual([false, true, false, false]);
  });

  it('is copied by value: a string without its quotes', () => {
    expect([copyOf('a"b'), copyOf(7), copyOf({ a: 1 })]).toEqual(['a"b', '7', '{\n  "a": 1\n}']);
  });

  it('is told from other text', () => {
    expect([parsed(' {"a":1} '), parsed('{"a":'), parsed('7'), parsed('<html>')]).toEqual([
      { a: 1 },
      undefined,
      undefined,
      undefined,
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { exchange } from '../../testing/samples';
import { tell } from './exchange';
import { afterColon, list, plain, ticked } from './phrase';
import { pieces, pretty } from './secrets';
import { statusLine } from './status';
import { ago, duration, fromNow, span } from './time';

it('what a machine reads is told from words by the backticks around it', () => {
  expect(ticked('`scope` is not `iss`.')).toEqual([{ code: 'scope' }, ' is not ', { code: 'iss' }, '.']);
  expect(ticked('A lone ` stays.')).toEqual(['A lone ` stays.']);
});

describe('exchanges in words', () => {
  it('say who asked whom what, and what came of it', () => {
    const asked = exchange(1, {
      purpose: 'introspection',
      from: 'api',
      to: 'zitadel',
      response: { status: 200, headers: [], body: '{"active":false}' },
    });
    expect(tell(asked)).toMatchObject({
      who: 'API',
      whom: 'ZITADEL',
      answer: 'active: false',
      tone: 'plain',
    });
    expect(plain(tell(asked).what)).toBe("Is reader-bot's token active?");
  });

  it('are calm about a door that stayed shut, and not about a fault', () => {
    const answered = (status: number) => tell(exchange(1, { response: { status, headers: [], body: '' } }));
    expect(answered(403)).toMatchObject({ answer: '403 Forbidden', tone: 'plain' });
    expect(answered(503)).toMatchObject({ answer: '503 Service Unavailable', tone: 'bad' });
    const cut = exchange(1, { response: null, error: { kind: 'timed_out', message: '' } });
    expect(tell(cut)).toMatchObject({ answer: 'timed out', tone: 'bad' });
  });

  it('say the answer in its own word: the token, or the reason of a refusal', () => {
    const refused = exchange(1, {
      response: {
        status: 403,
        headers: [{ name: 'WWW-Authenticate', value: 'Bearer error="insufficient_scope"' }],
        body: '',
      },
    });
    expect(tell(refused).answer).toBe('403 insufficient_scope');
    const body = '{"error":"server_error"}';
    const failed = exchange(1, { purpose: 'token', response: { status: 500, headers: [], body } });
    expect(tell(failed)).toMatchObject({ answer: '500 server_error', tone: 'bad' });
    expect(tell(exchange(1, { purpose: 'token' })).answer).toBe('200 token');
    const odd = exchange(1, { response: { status: 400, headers: [], body: '{"error":{"deep":1}}' } });
    expect(tell(odd).answer, 'what is no word is not repeated').toBe('400 Bad Request');
  });
});

describe('small words', () => {
  it('keep names as they are after a colon', () => {
    expect(afterColon('The token was not made out to this API.')).toBe(
      'the token was not made out to this API',
    );
    expect(afterColon('ZITADEL does not accept it')).toBe('ZITADEL does not accept it');
  });

  it('list with a word before the last', () => {
    expect(plain(list(['a', 'b', 'c'], 'or'))).toBe('a, b or c');
  });

  it('put secrets on their own', () => {
    expect(pieces('Bearer ⟦7⟧!')).toEqual(['Bearer ', { slot: 7 }, '!']);
    expect(pieces('⟦x⟧')).toEqual(['⟦x⟧']);
  });

  it('lay JSON out and leave the rest alone', () => {
    expect(pretty('{"a":1}')).toBe('{\n  "a": 1\n}');
    expect(pretty('<html>')).toBe('<html>');
    expect(pretty('{broken')).toBe('{broken');
  });

  it('know the words of numbers', () => {
    expect([statusLine(403), statusLine(299)]).toEqual(['403 Forbidden', '299']);
  });

  it('tell times as people do', () => {
    expect([span(43_080), span(60), span(0), span(90_000)]).toEqual([
      '11 h 58 min',
      '1 min',
      '0 s',
      '1 d 1 h',
    ]);
    expect(ago('2026-11-23T10:00:00Z', Date.parse('2026-11-23T10:05:30Z'))).toBe('5 min ago');
    expect([fromNow(100, 40_000), fromNow(40, 100_000)]).toEqual(['in 1 min', '1 min ago']);
    expect([duration(412), duration(4_100), duration(41_000), duration(1_250_000)]).toEqual([
      '412 µs',
      '4.1 ms',
      '41 ms',
      '1.3 s',
    ]);
  });
});

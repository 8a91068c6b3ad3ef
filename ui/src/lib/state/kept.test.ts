import { expect, it } from 'vitest';
import { exchange } from '../../testing/samples';
import { SHIPPED } from '../../stories';
import { keep, mentions, open } from './kept';

it('comes out as it went in', () => {
  const all = SHIPPED.flatMap(({ events }) => events).filter((event) => event.type === 'exchange');
  expect(all.length).toBeGreaterThan(8);
  for (const event of all) expect(open(keep(event.exchange))).toEqual(event.exchange);
});

const one = keep(
  exchange(1, {
    request_id: 'r-42',
    request: {
      method: 'POST',
      url: 'http://api/door',
      headers: [{ name: 'Accept', value: 'text/*' }],
      form: null,
    },
    response: { status: 200, headers: [], body: '{"name":"a \\"quoted\\" word","path":"C:\\\\"}' },
    secrets: [{ slot: 7, kind: 'assertion', length: 5, header: null, claims: { sub: 'Somebody' } }],
  }),
);

it.each(['r-42', 'accept', 'text/*', '/door', 'quoted', 'c:\\', '"name"', 'somebody', 'post', '200'])(
  'is found by %s, which is seen when it is opened',
  (words) => expect(mentions(one, words)).toBe(true),
);

it.each(['headers', 'response', 'secrets', 'slot', 'nothing', 'duration_us', '"method":'])(
  'is not found by %s, which only its text has',
  (words) => expect(mentions(one, words)).toBe(false),
);

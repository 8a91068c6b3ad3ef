import { describe, expect, it } from 'vitest';
import { decision, exchange, PRIVATE, PUBLIC, SCOPED } from '../../testing/samples';
import { NOBODY, type Cell, type Decision, type Endpoint, type Exchange } from '$lib/contract';
import { heardIn, type Heard, type Visit } from '$lib/state/story';
import { SHIPPED } from '../../stories';
import { plain } from './phrase';
import { storyOf, type Step } from './story';

const TOKEN = { slot: 3, kind: 'access_token' as const, length: 104, header: null, claims: null };
const BADGE = [{ name: 'authorization', value: 'Bearer ⟦3⟧' }];

function visit(door: Endpoint, status: number | null, more: Partial<Decision> | null, slot = 3): Visit {
  const verdict = status === 200 ? 'allowed' : status === null || status === 503 ? 'failed' : 'refused';
  const told = more && decision({ rule: door.access.rule, introspection_exchange: null, ...more });
  const cell: Cell = {
    method: door.method,
    path: door.path,
    status,
    verdict,
    expected: null,
    expected_from: null,
    as_expected: null,
    decision: told,
    response: null,
    finding: null,
    exchange: 1,
  };
  const error = { 401: 'invalid_token', 403: 'insufficient_scope' }[status ?? 0];
  const headers = error ? [{ name: 'www-authenticate', value: `Bearer error="${error}"` }] : [];
  const shown = told?.token_length ? [{ ...TOKEN, slot }] : [];
  const url = `http://localhost:8000${door.path}`;
  const call = exchange(1, {
    request: { method: 'GET', url, headers: shown.length > 0 ? BADGE : [], form: null },
    response: status === null ? null : { status, headers, body: '{}' },
    secrets: shown,
  });
  return { cell, call, asked: null };
}

const question = (answer: Exchange['response']): Exchange =>
  exchange(2, {
    purpose: 'introspection',
    from: 'api',
    to: 'zitadel',
    request: { method: 'POST', url: 'http://localhost:8080/oauth/v2/introspect', headers: [], form: [] },
    response: answer,
  });

const heard = (door: Endpoint, visits: Visit[], label = 'visitor-bot'): Heard => ({
  place: { label, method: door.method, path: door.path },
  name: label,
  access: door.access,
  visits,
});

const scenes = (steps: readonly Step[]) => steps.map(({ scene }) => scene).join(' ');
const ASKED = 'arrives phones answers';

describe('a story', () => {
  const cases: [string, Endpoint, number | null, Partial<Decision> | null, string, string, RegExp][] = [
    [
      'no token',
      SCOPED,
      401,
      { outcome: 'no_token', token_length: null },
      NOBODY,
      'arrives looks stays_shut',
      /Without a badge nobody gets in/,
    ],
    [
      'malformed',
      SCOPED,
      400,
      { outcome: 'malformed_token', token_length: null },
      'a-bot',
      'arrives looks stays_shut',
      /Without a badge/,
    ],
    [
      'inactive',
      SCOPED,
      401,
      { outcome: 'inactive' },
      'a-bot',
      `${ASKED} stays_shut`,
      /Only a good badge counts/,
    ],
    [
      'role missing',
      SCOPED,
      403,
      { outcome: 'role_missing' },
      'a-bot',
      `${ASKED} stays_shut`,
      /a-bot does not hold the role read:messages, which this door asks for\. The doorman keeps the door shut/,
    ],
    [
      'allowed by role',
      SCOPED,
      200,
      { outcome: 'allowed', roles_found: ['read:messages'] },
      'a-bot',
      `${ASKED} opens`,
      /That is the role this door asks for\. The doorman opens the door/,
    ],
    [
      'allowed by token',
      PRIVATE,
      200,
      { outcome: 'allowed' },
      'a-bot',
      `${ASKED} opens`,
      /A good badge is all/,
    ],
    [
      'api refused',
      SCOPED,
      503,
      { outcome: 'api_refused' },
      'a-bot',
      `${ASKED} stays_shut`,
      /Without an answer nobody gets in/,
    ],
    [
      'issuer away',
      SCOPED,
      503,
      { outcome: 'issuer_unavailable' },
      'a-bot',
      `${ASKED} stays_shut`,
      /Without an answer/,
    ],
    [
      'public with a token',
      PUBLIC,
      200,
      { outcome: 'allowed' },
      'a-bot',
      'arrives looks opens',
      /Nobody is kept out here\. The doorman opens the door/,
    ],
    [
      'public without',
      PUBLIC,
      200,
      { outcome: 'allowed', token_length: null },
      NOBODY,
      'arrives looks opens',
      /The doorman opens the door/,
    ],
    ['no account', SCOPED, null, null, 'a-bot', 'arrives stays_shut', /No clear answer came/],
  ];

  it.each(cases)('of %s ends as the door did', (_, door, status, told, label, steps, ending) => {
    const story = storyOf(heard(door, [visit(door, status, told)], label));
    expect(scenes(story.steps)).toBe(steps);
    const end = story.steps.at(-1)!;
    expect(plain(end.caption)).toMatch(ending);
    expect(end.stage.door).toBe(status === 200 ? 'open' : 'shut');
    expect(end.stage.verdict).toBe(status === 200 ? 'in' : 'out');
    const phoned = steps.includes('phones');
    expect(
      story.steps.some(({ stage }) => stage.line !== 'quiet'),
      'the line is used or not',
    ).toBe(phoned);
  });

  it('says beside each step what was sent, and never what is secret', () => {
    const told = visit(SCOPED, 403, { outcome: 'role_missing' });
    told.asked = question({ status: 200, headers: [], body: '{"active":true}' });
    const lines = storyOf(heard(SCOPED, [told])).steps.map(({ technical }) => technical);
    expect(lines).toEqual([
      'GET /api/private-scoped, Authorization: Bearer (104 characters)',
      'POST /oauth/v2/introspect, token (104 characters)',
      '200 active: true, roles: none',
      '403 insufficient_scope',
    ]);
    expect(JSON.stringify(storyOf(heard(SCOPED, [told])))).not.toContain('⟦');
  });

  it('says so where the issuer refuses the API or cannot be asked', () => {
    const refused = visit(SCOPED, 503, { outcome: 'api_refused' });
    refused.asked = question({ status: 401, headers: [], body: '{"error":"invalid_client"}' });
    expect(storyOf(heard(SCOPED, [refused])).steps[2]?.technical).toBe('401 invalid_client');
    const away = visit(SCOPED, 503, { outcome: 'issuer_unavailable' });
    away.asked = { ...question(null), error: { kind: 'timed_out', message: '' } };
    const [, , silence] = storyOf(heard(SCOPED, [away])).steps;
    expect(silence).toMatchObject({ technical: 'timed out', stage: { line: 'dead', actor: null } });
  });

  it('of somebody who got no badge does not come to the door', () => {
    const never = visit(SCOPED, null, null);
    never.cell.verdict = 'not_reached';
    const { steps } = storyOf(heard(SCOPED, [never]));
    expect(scenes(steps)).toBe('absent');
    expect(plain(steps[0]!.caption)).toContain('never came to this door');
  });

  it('does not list every role of somebody who has many', () => {
    const roles_found = ['read:messages', 'write:messages', 'audit:messages'];
    const told = storyOf(heard(SCOPED, [visit(SCOPED, 200, { outcome: 'allowed', roles_found })])).steps[2]!;
    expect(plain(told.caption)).toMatch(/holds 3 roles, among them read:messages\.$/);
    expect(told.stage.says).toBe('Yes, with 3 roles');
    const other = visit(SCOPED, 200, { outcome: 'allowed', roles_found: ['a', 'read:messages'] });
    const { entry } = storyOf(heard(SCOPED, [other])).steps[2]!.stage;
    expect(entry?.roles, 'what the door asks for comes first').toEqual(['read:messages', 'a']);
  });

  it('has not begun where nobody was called yet', () => {
    const { steps } = storyOf(heard(SCOPED, []));
    expect([scenes(steps), plain(steps[0]!.caption)]).toEqual([
      'absent',
      'Nobody has come to this door yet.',
    ]);
  });

  it('says what the door asks for in words', () => {
    const all = { ...SCOPED, access: { rule: 'all_roles' as const, roles: ['a', 'b'] } };
    const sign = (door: Endpoint) => plain(storyOf(heard(door, [])).sign);
    expect([PUBLIC, PRIVATE, SCOPED, all].map(sign)).toEqual([
      'Open to everyone',
      'Any good badge',
      'Needs the role read:messages',
      'Needs a and b',
    ]);
  });
});

describe('a story of two visits', () => {
  const out = (slot = 3) => visit(SCOPED, 403, { outcome: 'role_missing' }, slot);
  const inside = (slot = 3) =>
    visit(SCOPED, 200, { outcome: 'allowed', roles_found: ['read:messages'] }, slot);

  it('tells what changed in the register, and that the badge did not', () => {
    const { steps } = storyOf(heard(SCOPED, [out(), inside()]));
    expect(scenes(steps)).toBe(`${ASKED} stays_shut register returns phones answers opens`);
    expect(steps[4]!.stage.entry).toMatchObject({ given: ['read:messages'], taken: [] });
    expect(plain(steps[5]!.caption)).toContain('the same badge');
    expect(plain(steps[8]!.caption)).toBe(
      'The badge is the same, but the register changed: visitor-bot now holds the role read:messages. The doorman opens the door.',
    );
  });

  it('tells of a role that was taken', () => {
    const end = storyOf(heard(SCOPED, [inside(), out()])).steps.at(-1)!;
    expect(plain(end.caption)).toMatch(
      /no longer holds the role read:messages\. The doorman keeps the door shut/,
    );
  });

  it('does not call a new badge the same', () => {
    const { steps } = storyOf(heard(SCOPED, [inside(3), out(9)]));
    expect(plain(steps[5]!.caption)).toContain('a new badge');
    expect(plain(steps.at(-1)!.caption)).not.toContain('The badge is the same');
  });

  it('blames the register for nothing where the badge itself died', () => {
    const { steps } = storyOf(heard(SCOPED, [inside(), visit(SCOPED, 401, { outcome: 'inactive' })]));
    expect(scenes(steps)).toBe(`${ASKED} opens returns phones answers stays_shut`);
  });
});

describe('the captions', () => {
  const JARGON =
    /token|introspect|bearer|jwt|oauth|scope|http|claim|\bapi\b|zitadel|endpoint|header|status|authori[sz]|authent|client|request|response|\b[1-5]\d\d\b|\bget\b|\bpost\b/i;
  const rules = [PUBLIC, PRIVATE, SCOPED];
  const outcomes = [
    'allowed',
    'no_token',
    'malformed_token',
    'inactive',
    'role_missing',
    'api_refused',
    'issuer_unavailable',
  ] as const;

  const every = rules.flatMap((door) =>
    outcomes.flatMap((outcome) => {
      const one = visit(door, outcome === 'allowed' ? 200 : 403, { outcome });
      const before = visit(door, 200, { outcome: 'allowed', roles_found: ['read:messages'] });
      return ['a-bot', NOBODY].flatMap((label) => [
        ...storyOf(heard(door, [one], label)).steps,
        ...storyOf(heard(door, [before, one], label)).steps,
        ...storyOf(heard(door, [one, before], label)).steps,
      ]);
    }),
  );

  it('hold no word that has to be explained', () => {
    const shipped = SHIPPED.flatMap(({ events }) => storyOf(heardIn(events)).steps);
    for (const { caption, stage } of [...every, ...shipped]) {
      expect(plain(caption)).not.toMatch(JARGON);
      expect(stage.says ?? '').not.toMatch(JARGON);
    }
  });

  it('are one or two short sentences, without a shout', () => {
    for (const { caption } of every) {
      expect(plain(caption).length).toBeLessThan(130);
      expect(plain(caption)).toMatch(/^[^!–—]+\.$/);
    }
  });
});

describe('the shipped stories', () => {
  const ends: Record<string, [string, string]> = {
    stranger: ['arrives looks stays_shut', '401 Unauthorized, WWW-Authenticate: Bearer'],
    'not-allowed': [`${ASKED} stays_shut`, '403 insufficient_scope'],
    allowed: [`${ASKED} opens`, '200 OK'],
    'until-a-minute-ago': [
      `${ASKED} opens register returns phones answers stays_shut`,
      '403 insufficient_scope',
    ],
  };

  it.each(SHIPPED.map(({ id, events }) => [id, events] as const))('%s is told whole', (id, events) => {
    const { steps } = storyOf(heardIn(events));
    expect([scenes(steps), steps.at(-1)?.technical]).toEqual(ends[id]);
  });

  it('ends with the same badge and another register', () => {
    const { steps } = storyOf(heardIn(SHIPPED[3]!.events));
    expect(plain(steps.at(-1)!.caption)).toContain('The badge is the same, but the register changed');
  });
});

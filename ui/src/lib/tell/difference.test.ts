import { describe, expect, it } from 'vitest';
import { NOBODY, type Cell, type Endpoint, type JsonValue, type UserReport } from '$lib/contract';
import { matrixOf, standingAt } from '$lib/state/matrix';
import {
  PRIVATE,
  PUBLIC,
  SCOPED,
  allowed,
  cause,
  cell,
  decision,
  ended,
  refused,
  report,
  row,
  workspace,
} from '../../testing/samples';
import { differenceOf } from './difference';
import { plain } from './phrase';

const ROLES = 'urn:zitadel:iam:org:project:400:roles';
const claims = (name: string, roles: string[], more = {}): JsonValue => ({
  active: true,
  sub: `id-of-${name}`,
  exp: name.length,
  aud: ['400'],
  iss: 'http://localhost:8080',
  ...(roles.length > 0 ? { [ROLES]: Object.fromEntries(roles.map((role) => [role, { '12': 'x' }])) } : {}),
  ...more,
});
const public_ = (made: (door: Endpoint, more: Partial<Cell>) => Cell) =>
  made(PUBLIC, { decision: decision({ rule: 'public', outcome: 'allowed', introspection: null }) });

/** A caller at all three doors. */
function caller(name: string, roles: string[], more = {}): UserReport {
  const told = { roles_found: roles, introspection: claims(name, roles, more) };
  const good = roles.includes('read:messages');
  return row(name, [
    public_(allowed),
    allowed(PRIVATE, { decision: decision({ rule: 'valid_token', outcome: 'allowed', ...told }) }),
    good
      ? allowed(SCOPED, { decision: decision({ outcome: 'allowed', ...told }) })
      : refused(SCOPED, { decision: decision({ outcome: 'role_missing', ...told }) }),
  ]);
}
const dead = decision({ outcome: 'inactive', introspection: { active: false } });
const noToken = decision({ outcome: 'no_token', introspection: null, token_length: null });
const finding = cause();
const all = [
  caller('reader', ['read:messages']),
  caller('reader-2', ['read:messages']),
  caller('visitor', []),
  caller('stranger', [], { aud: ['900'], scope: 'openid' }),
  row('locked', [
    public_(allowed),
    refused(PRIVATE, { decision: dead }),
    refused(SCOPED, { decision: dead }),
  ]),
  row('keyless', [public_(allowed), cell(PRIVATE), cell(SCOPED)], { token: null, finding }),
  row(NOBODY, [
    public_(allowed),
    refused(PRIVATE, { decision: noToken }),
    refused(SCOPED, { decision: noToken }),
  ]),
];
const users = all.slice(0, -1).map(({ label }) => ({ label, key: workspace().users[0]!.key }));
const matrix = matrixOf(workspace({ users, endpoints: [PUBLIC, PRIVATE, SCOPED] }), ended(report(all)));
const at = (label: string, door: Endpoint) => standingAt(matrix, { label, path: door.path, method: 'GET' })!;
const difference = (a: [string, Endpoint], b: [string, Endpoint]) => differenceOf(at(...a), at(...b));

describe('why does one get in and the other not', () => {
  it.each<[[string, Endpoint], [string, Endpoint], string]>([
    [
      ['reader', SCOPED],
      ['visitor', SCOPED],
      'reader gets in, visitor stays out: reader holds read:messages, visitor holds no role. Everything else is the same.',
    ],
    [
      ['reader', SCOPED],
      ['stranger', SCOPED],
      'reader gets in, stranger stays out: reader holds read:messages, stranger holds no role. 2 more lines below differ.',
    ],
    [
      ['reader', SCOPED],
      ['nobody', SCOPED],
      'reader gets in, nobody stays out: reader brings a token, nobody brings no token. Everything else is the same.',
    ],
    [
      ['keyless', PRIVATE],
      ['reader', PRIVATE],
      'keyless does not get there, reader gets in: keyless got no token, reader brings a token. Everything else is the same.',
    ],
    [
      ['reader', PRIVATE],
      ['visitor', PRIVATE],
      'Both get in: they hold other roles, which do not count at this door. Everything else is the same.',
    ],
    [['reader', SCOPED], ['reader-2', SCOPED], 'Both get in: nothing that counts here differs.'],
    [['reader', PUBLIC], ['nobody', PUBLIC], 'Both get in: nothing that counts here differs.'],
    [
      ['visitor', PRIVATE],
      ['visitor', SCOPED],
      'visitor gets into /api/private, and stays out of /api/private-scoped: /api/private lets in any valid token, /api/private-scoped asks for the role read:messages. Everything else is the same.',
    ],
    [
      ['reader', PUBLIC],
      ['reader', SCOPED],
      'reader gets into both /api/public and /api/private-scoped: /api/public lets in anyone, /api/private-scoped asks for the role read:messages. Everything else is the same.',
    ],
  ])('%o beside %o', (a, b, sentence) => {
    expect(plain(difference(a, b).sentence)).toBe(sentence);
  });

  it('says that one token is inactive, and then nothing about roles', () => {
    const said = plain(difference(['reader', SCOPED], ['locked', SCOPED]).sentence);
    expect(said).toContain("reader's token is active, locked's token is inactive");
    expect(said).not.toContain('holds');
  });
});

describe('line by line', () => {
  const lines = difference(['reader', SCOPED], ['visitor', SCOPED]).lines;
  const likeness = Object.fromEntries(lines.map((line) => [line.key, line.likeness]));

  it('marks what differs, and neither what is the same nor what is each its own', () => {
    expect(likeness).toMatchObject({
      answer: 'differs',
      roles: 'differs',
      [ROLES]: 'differs',
      door: 'same',
      rule: 'same',
      token: 'same',
      active: 'same',
      aud: 'same',
      iss: 'same',
      sub: 'own',
      exp: 'own',
    });
  });

  it('keeps the claims as they came, and what is missing as missing', () => {
    const roles = lines.find(({ key }) => key === ROLES)!;
    expect(roles.claim).toEqual({ a: { 'read:messages': { '12': 'x' } }, b: undefined });
  });

  it('tells the same roles once, in whichever claims they come', () => {
    const [a, b] = [at('reader', SCOPED), at('visitor', SCOPED)];
    const twice = structuredClone(a);
    const told = twice.shown.cell!.decision!.introspection as Record<string, unknown>;
    told['urn:zitadel:iam:org:projects:roles'] = told[ROLES];
    const [first, again] = differenceOf(twice, b).lines.filter(({ key }) => key.endsWith(':roles'));
    expect([first?.likeness, again?.likeness]).toEqual(['differs', 'own']);
  });

  it('does not take another order for a difference', () => {
    const [a, b] = [at('reader', SCOPED), at('reader-2', SCOPED)];
    const turned = structuredClone(b);
    const told = turned.shown.cell!.decision!;
    told.introspection = Object.fromEntries(Object.entries(told.introspection as object).reverse());
    expect(differenceOf(a, turned).lines.filter((line) => line.likeness === 'differs')).toEqual([]);
  });

  it('leaves the claims out where only one of both was asked about', () => {
    const keys = difference(['reader', SCOPED], ['nobody', SCOPED]).lines.map(({ key }) => key);
    expect(keys).not.toContain('aud');
  });
});

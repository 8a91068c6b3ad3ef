import { describe, expect, it } from 'vitest';
import { cell, decision, row, SCOPED } from '../../testing/samples';
import { around } from './broken';
import { besides, issuedAt, lifeOf, rolesOf, scopesOf, toldOf } from './token';

const PROJECT = 'urn:zitadel:iam:org:project:400:roles';
const NOW = Date.parse('2026-11-23T10:00:00Z');
const token = {
  kind: 'jwt' as const,
  expires_at: '2026-11-23T13:00:00Z',
  scopes_asked: ['openid', 'read:messages'],
  scopes_kept: ['openid'] as string[] | null,
  length: 900,
  slot: 4,
};
const held = (...roles: string[]) => Object.fromEntries(roles.map((role) => [role, { '12': 'localhost' }]));

describe('the life of a token', () => {
  it('runs out', () => {
    const issued = NOW / 1000 - 3_600;
    expect(lifeOf(token, issued, NOW)).toEqual({ words: '3 h left', left: 0.75, over: false });
    expect(lifeOf(token, issued, NOW + 4 * 3_600_000)).toEqual({
      words: 'ended 1 h ago',
      left: 0,
      over: true,
    });
  });

  it('has no share where nobody told when it began, and no end where nobody told that', () => {
    expect(lifeOf(token, null, NOW)?.left).toBeNull();
    expect(lifeOf({ ...token, expires_at: null }, 1, NOW)).toBeNull();
    expect(issuedAt(null, 'x', { iat: 'soon' }, { iat: 7 })).toBe(7);
  });
});

describe('the three lanes', () => {
  it('strike through what was dropped, and only where somebody told', () => {
    expect(scopesOf(token).map(({ scope, kept }) => [scope, kept])).toEqual([
      ['openid', true],
      ['read:messages', false],
    ]);
    expect(scopesOf({ ...token, scopes_kept: null }).map(({ kept }) => kept)).toEqual([null, null]);
  });

  it('tell roles that are held now from those that were written into the token', () => {
    const roles = rolesOf(['b', 'c'], { [PROJECT]: held('b', 'c') }, { [PROJECT]: held('a', 'b') });
    expect(roles).toEqual([
      { role: 'b', organisations: ['localhost'], now: true, token: true },
      { role: 'c', organisations: ['localhost'], now: true, token: false },
      { role: 'a', organisations: [], now: false, token: true },
    ]);
  });

  it('do not say that a role is missing in a token that tells none', () => {
    expect(rolesOf(['b'], null, { sub: '7' })[0]?.token).toBeNull();
    expect(rolesOf(['b'], null, null)[0]?.token).toBeNull();
  });
});

describe('the claims beside each other', () => {
  const context = { projectId: '400', clientId: null, now: NOW };

  it('tell who says what, and where the two do not say the same', () => {
    const rows = besides(
      { sub: '7', aud: ['400'], jti: 'x' },
      { sub: '7', aud: ['400', '9'], active: true },
      context,
    );
    expect(rows.map(({ name, jwt, told, differs }) => [name, !!jwt, !!told, differs])).toEqual([
      ['active', false, true, false],
      ['sub', true, true, false],
      ['aud', true, true, true],
      ['jti', true, false, false],
    ]);
  });

  it('come from the newest introspection of the row, and from any exchange that shows the token', () => {
    const asked = (introspection_exchange: number, sub: string) =>
      cell(SCOPED, { decision: decision({ introspection: { active: true, sub }, introspection_exchange }) });
    const one = row('a', [asked(5, 'old'), asked(9, 'new'), cell(SCOPED)]);
    const shown = { label: 'a', name: 'a', userId: null, report: one, sandbox: null, roles: null, cells: [] };
    expect(toldOf(shown)).toEqual({ claims: { active: true, sub: 'new' }, exchange: 9 });
  });
});

it('the place where a token breaks stands with a little around it', () => {
  expect(around('abc%def', 4)).toEqual({ before: 'abc', at: '%', after: 'def' });
  const long = around('x'.repeat(100) + '!' + 'y'.repeat(100), 101);
  expect(long).toMatchObject({ at: '!' });
  expect(long.before).toBe('…' + 'x'.repeat(24));
  expect(around('abc', 4), 'it breaks off').toMatchObject({ before: 'abc', at: '⏎', after: '' });
});

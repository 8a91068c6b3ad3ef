import { describe, expect, it } from 'vitest';
import { decision } from '../../testing/samples';
import { claimLines, heldRoles, otherClaims } from './claims';

const CLAIM = 'urn:zitadel:iam:org:project:400:roles';
const introspection = {
  active: true,
  username: 'reader-bot',
  sub: '77',
  aud: ['400', '900'],
  exp: 1_795_478_313,
  scope: 'openid profile urn:zitadel:iam:org:project:id:400:aud',
  jti: 'V2',
  [CLAIM]: { 'read:messages': { '12': 'zitadel.localhost' } },
};
const context = { projectId: '400', clientId: '800', now: (1_795_478_313 - 43_080) * 1000 };
const lines = (more: Parameters<typeof decision>[0] = {}) =>
  claimLines(
    decision({
      introspection,
      role_claim: CLAIM,
      roles_found: ['read:messages'],
      outcome: 'allowed',
      ...more,
    }),
    context,
  );
const named = (name: string, from = lines()) => from.filter((line) => line.name === name);

describe('what ZITADEL told the API', () => {
  it('tells audiences by what they mean here', () => {
    expect(named('aud').map(({ value, hint }) => [value, hint])).toEqual([
      ['400', 'this project'],
      ['900', null],
    ]);
  });

  it('tells the end as people say it, and the exact moment beside', () => {
    expect(named('exp')[0]).toMatchObject({ value: 'in 11 h 58 min', exact: '2026-11-23 23:58:33 UTC' });
  });

  it('begins with what decides, in words for people beside those of the wire', () => {
    expect(
      lines()
        .slice(0, 3)
        .map(({ title, name }) => [title, name]),
    ).toEqual([
      ['Active', 'active'],
      ['Roles', 'roles'],
      ['User', 'username'],
    ]);
    expect(named('aud')[0]?.title).toBe('Made out to');
  });

  it('draws roles with their organisation', () => {
    expect(named('roles')[0]?.roles).toEqual([
      { role: 'read:messages', organisations: [{ id: '12', domain: 'zitadel.localhost' }] },
    ]);
  });

  it('says none where there is no role, and marks that line', () => {
    const [roles] = named('roles', lines({ roles_found: [], role_claim: null, outcome: 'role_missing' }));
    expect(roles).toMatchObject({ value: 'none', mattered: true });
  });

  it('marks active where that settled it', () => {
    expect(
      named('active', lines({ outcome: 'inactive', introspection: { active: false } }))[0]?.mattered,
    ).toBe(true);
    expect(named('active')[0]?.mattered, 'here the role settled it').toBe(false);
  });

  it('says a long audience scope in words', () => {
    expect(named('scope')[0]).toMatchObject({ value: 'openid profile', hint: 'for this project' });
  });

  it('keeps every other claim, and no claim twice', () => {
    expect(otherClaims(introspection).map(({ name }) => name)).toEqual(['jti']);
  });

  it('survives answers of another shape', () => {
    expect(lines({ introspection: null })).toEqual([]);
    expect(lines({ introspection: ['x'] })).toEqual([]);
    expect(heldRoles('nonsense')).toEqual([]);
    expect(named('active', lines({ introspection: {} }))[0]?.value).toBe('missing');
  });
});

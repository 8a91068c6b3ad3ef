import { describe, expect, it } from 'vitest';
import { grantsOf, readClaim, readClaims } from './claim';
import { explain, explainScope } from './glossary';

const PROJECT = 'urn:zitadel:iam:org:project:400:roles';
const context = { projectId: '400', clientId: '800', now: 1_795_000_000_000 };
const roles = { 'read:messages': { '12': 'board.localhost', '13': 'press.localhost' } };

describe('a claim, read for people', () => {
  it('tells times from now, with the exact one beside', () => {
    expect(readClaim('exp', 1_795_003_600, context).value).toEqual({
      as: 'text',
      text: 'in 1 h',
      exact: '2026-11-18T12:06:40'.replace('T', ' ') + ' UTC (1795003600)',
    });
  });

  it('leaves a time alone that is none', () => {
    expect(readClaim('exp', 'soon', context).value).toMatchObject({ as: 'text', text: 'soon' });
    expect(readClaim('exp', 253_402_300_799, context).value, 'a PAT that never ends').toMatchObject({
      as: 'text',
    });
    expect(readClaim('exp', 9e15, context).value, 'no date at all').toMatchObject({
      text: '9000000000000000',
    });
  });

  it('says whom an audience means', () => {
    expect(readClaim('aud', ['400', '800', '900'], context).value).toMatchObject({
      items: [{ hint: 'this project' }, { hint: 'this API' }, { hint: null }],
    });
  });

  it('draws a role once for each organisation, with its project', () => {
    expect(grantsOf(PROJECT, roles, context)).toEqual([
      {
        role: 'read:messages',
        organisation: { id: '12', domain: 'board.localhost' },
        project: { id: '400', hint: 'this project' },
      },
      {
        role: 'read:messages',
        organisation: { id: '13', domain: 'press.localhost' },
        project: { id: '400', hint: 'this project' },
      },
    ]);
    expect(grantsOf('sub', roles, context), 'no role claim').toBeNull();
  });

  it('knows no project where the claim is about all of them', () => {
    expect(grantsOf('urn:zitadel:iam:org:projects:roles', roles, context)?.[0]?.project.id).toBeNull();
  });

  it('stands in the order in which a person asks', () => {
    const names = readClaims({ jti: 'x', exp: 1, [PROJECT]: roles, sub: '7', active: true }, context);
    expect(names.map(({ name }) => name)).toEqual(['active', 'sub', 'exp', PROJECT, 'jti']);
  });
});

describe('the glossary', () => {
  it('knows a project in a name', () => {
    expect(explain(PROJECT)).toContain('project 400');
    expect(explain('toString'), 'a name that every object has').toBeNull();
  });

  it('says that a role cannot be asked for as a scope', () => {
    expect(explainScope('read:messages')).toContain('cannot be asked for');
    expect(explainScope('urn:zitadel:iam:org:project:id:400:aud')).toContain('project 400');
  });
});

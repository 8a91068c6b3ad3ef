import { describe, expect, it } from 'vitest';
import type { Decision } from '$lib/contract';
import { decision } from '../../testing/samples';
import { stepsOf } from './decision';
import { plain } from './phrase';

const told = (more: Partial<Decision>) =>
  stepsOf(decision(more)).map(({ state, title }) => `${state}: ${plain(title)}`);
const decisive = (more: Partial<Decision>) => stepsOf(decision(more)).findIndex((step) => step.decisive);

describe('the steps of a decision', () => {
  it('lead to the missing role', () => {
    expect(told({})).toEqual([
      'yes: A token came along',
      'yes: ZITADEL calls the token active',
      'no: The role read:messages is not among its roles',
    ]);
    expect(decisive({})).toBe(2);
  });

  it('end at the first no, and the rest did not come to pass', () => {
    expect(told({ outcome: 'no_token', token_length: null })).toEqual([
      'no: No token came along',
      'skipped: Ask ZITADEL about the token',
      'skipped: Look for the role read:messages',
    ]);
    expect(told({ outcome: 'inactive', rule: 'valid_token' })[2]).toBe('skipped: Any valid token may pass');
    expect(decisive({ outcome: 'inactive' })).toBe(1);
  });

  it('never take silence for a yes', () => {
    expect(told({ outcome: 'issuer_unavailable' })[1]).toBe('no: ZITADEL could not be asked');
    expect(told({ outcome: 'api_refused' })[1]).toBe('no: ZITADEL refuses the API itself');
  });

  it('are one at a public door', () => {
    expect(told({ outcome: 'allowed', rule: 'public' })).toEqual(['yes: This door is open to anyone']);
  });

  it('name the role that opened', () => {
    const more = {
      outcome: 'allowed',
      roles_found: ['read:messages', 'x'],
      needed_roles: ['admin', 'read:messages'],
    } as const;
    expect(
      told({ ...more, roles_found: [...more.roles_found], needed_roles: [...more.needed_roles] })[2],
    ).toBe('yes: It holds the role read:messages');
  });
});

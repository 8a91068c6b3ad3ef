import { describe, expect, it } from 'vitest';
import { doorOf, draftOf, faultOf, rolesOf, type DoorDraft } from './doors';

const draft = (more: Partial<DoorDraft> = {}): DoorDraft => ({
  method: 'GET',
  path: '/api/x',
  rule: 'valid_token',
  roles: '',
  ...more,
});

describe('a door being edited', () => {
  it('comes back as it was', () => {
    const door = { method: 'GET', path: '/a', access: { rule: 'any_role' as const, roles: ['r', 's'] } };
    expect(doorOf(draftOf(door))).toEqual(door);
  });

  it('takes roles in whatever way they are parted, each once', () => {
    expect(rolesOf(' read:messages, admin  admin ')).toEqual(['read:messages', 'admin']);
  });

  it.each([
    [draft({ path: 'api' }), 'The path begins with /'],
    [draft({ path: '/a b' }), 'A path holds no space, ? or #'],
    [draft({ rule: 'any_role' }), 'Name at least one role'],
    [draft(), null],
  ])('is told what is wrong with it: %o', (one, fault) => {
    expect(faultOf(one, [one])).toBe(fault);
  });

  it('may not be there twice', () => {
    expect(faultOf(draft(), [draft(), draft()])).toBe('This door is there twice');
    expect(faultOf(draft(), [draft(), draft({ method: 'POST' })])).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import { PRIVATE, PUBLIC, SCOPED } from '../../testing/samples';
import {
  carriedOver,
  doorOf,
  draftOf,
  faultsOf,
  isSound,
  newDoor,
  rolesOf,
  withDoor,
  withMoved,
} from './doors';

const draft = (more = {}) => ({ ...newDoor(), path: '/api/x', ...more });

describe('a door being edited', () => {
  it.each(['any_role', 'all_roles'] as const)('comes back as it was: %s', (rule) => {
    const door = { method: 'POST', path: '/a', access: { rule, roles: ['r', 's'] } };
    expect(doorOf(draftOf(door))).toEqual(door);
  });

  it('takes roles in whatever way they are parted, each once', () => {
    expect(rolesOf(' read:messages, admin  admin ')).toEqual(['read:messages', 'admin']);
  });

  it.each([
    [draft({ path: 'api' }), { path: 'The path begins with /' }],
    [draft({ path: '/a b' }), { path: 'A path holds no space and none of ? # * { }' }],
    [draft({ path: '/a/{id}' }), { path: 'A path holds no space and none of ? # * { }' }],
    [draft({ path: ' /api/private ' }), { path: 'This door is there already' }],
    [draft({ path: '/api/private', method: 'POST' }), { path: 'This door is there already' }],
    [draft({ rule: 'all_roles', roles: ' , ' }), { roles: 'Name at least one role' }],
    [
      draft({ path: '', rule: 'any_role' }),
      { path: 'The path begins with /', roles: 'Name at least one role' },
    ],
    [draft(), {}],
  ])('is told what is wrong with it, at its field: %o', (one, faults) => {
    expect(faultsOf(one, [PRIVATE])).toEqual(faults);
    expect(isSound(faultsOf(one, [PRIVATE]))).toBe(Object.keys(faults).length === 0);
  });

  it('changes its own place, or is added at the end', () => {
    expect(withDoor([PUBLIC, SCOPED], 0, PRIVATE)).toEqual([PRIVATE, SCOPED]);
    expect(withDoor([PUBLIC], 1, PRIVATE)).toEqual([PUBLIC, PRIVATE]);
  });

  it.each([
    [0, 1, [PRIVATE, PUBLIC, SCOPED]],
    [2, -1, [PUBLIC, SCOPED, PRIVATE]],
    [1, -1, [PRIVATE, PUBLIC, SCOPED]],
  ] as const)('is moved from %i by %i', (index, by, doors) => {
    expect(withMoved([PUBLIC, PRIVATE, SCOPED], index, by)).toEqual(doors);
  });

  it('takes along what was expected of it when it is called otherwise', () => {
    const said = [
      { user: 'a', endpoint: '/old', expected: 'allow' as const },
      { user: 'b', endpoint: '/else', expected: 'deny' as const },
    ];
    expect(carriedOver(said, '/old', '/new')).toEqual([{ user: 'a', endpoint: '/new', expected: 'allow' }]);
    expect(carriedOver(said, '/old', '/old')).toEqual([]);
  });
});

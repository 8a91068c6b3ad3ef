import { describe, expect, it } from 'vitest';
import type { FaultView } from '$lib/contract';
import { byFamily, switched } from './faults';

const fault = (id: string, more: Partial<FaultView> = {}): FaultView => ({
  id,
  family: 'server',
  title: id,
  about: '',
  value: null,
  on: false,
  ...more,
});
const FAULTS = [
  fault('role_taken', { family: 'world', on: true }),
  fault('slow@token', { value: { unit: 'milliseconds', amount: 3000 } }),
  fault('cut@token'),
];

describe('what is broken', () => {
  it('is named all at once, as the command line does', () => {
    expect(switched(FAULTS, 'slow@token', true)).toEqual(['role_taken', 'slow@token=3000']);
    expect(switched(FAULTS, 'slow@token', true, 500)).toEqual(['role_taken', 'slow@token=500']);
    expect(switched(FAULTS, 'cut@token', true, 500), 'an amount only where it has one').toEqual([
      'role_taken',
      'cut@token',
    ]);
    expect(switched(FAULTS, 'role_taken', false)).toEqual([]);
  });

  it('stands by families, each once and in order', () => {
    const families = byFamily([...FAULTS, fault('key_deleted', { family: 'world' })]);
    expect(families.map(({ family, faults }) => [family, faults.length])).toEqual([
      ['world', 2],
      ['server', 2],
    ]);
  });
});

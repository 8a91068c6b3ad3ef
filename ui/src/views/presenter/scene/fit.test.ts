import { describe, expect, it } from 'vitest';
import { fit } from './fit';

describe('texts in the drawing', () => {
  it('keep their size, then become smaller, then shorter', () => {
    expect(fit('Doorman', 320, 38)).toEqual({ text: 'Doorman', size: 38 });
    const smaller = fit('Role read:messages', 300, 34);
    expect(smaller.text).toBe('Role read:messages');
    expect(smaller.size).toBeLessThan(34);
    const shorter = fit('a-service-account-with-a-remarkably-long-name', 320, 38);
    expect(shorter.text).toMatch(/^a-service.*…$/);
    expect(shorter.text.length * shorter.size * 0.56, 'it stays in its place').toBeLessThanOrEqual(321);
  });
});

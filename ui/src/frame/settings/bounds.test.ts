import { expect, it } from 'vitest';
import { workspace } from '../../testing/samples';
import { NUMBERS, parsed } from './bounds';

const { settings } = workspace();
const setting = (name: string) => NUMBERS.find((one) => one.name === name)!;

it.each([
  ['port', '8443', 8443],
  ['port', ' ', null],
  ['parallelism', '32', 32],
  ['retries', '0', 0],
  ['cache', '300', 300],
  ['interval', '0,25', 0.25],
])('%s takes %o', (name, typed, value) => expect(parsed(setting(name), typed)).toEqual({ value }));

it.each([
  ['port', '0', 'A whole number from 1 to 65535, or nothing.'],
  ['port', '80.5', 'A whole number from 1 to 65535, or nothing.'],
  ['parallelism', '33', 'A whole number from 1 to 32.'],
  ['parallelism', '', 'A whole number from 1 to 32.'],
  ['retries', 'six', 'A whole number from 0 to 5.'],
  ['cache', '301', 'A whole number from 0 to 300 seconds.'],
  ['interval', '0.2', 'A number from 0.25 to 60 seconds.'],
])('%s does not take %o', (name, typed, wrong) => expect(parsed(setting(name), typed)).toEqual({ wrong }));

it('each is written where it was read', () => {
  for (const one of NUMBERS) {
    const value = one.least + 1;
    expect(one.read(one.write(settings, value)), one.name).toBe(value);
  }
});

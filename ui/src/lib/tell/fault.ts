// What can be broken, in words.

import type { FaultFamily, FaultUnit, FaultView } from '$lib/contract';
import { count } from './phrase';

export const FAMILY_WORDS: Record<FaultFamily, { title: string; about: string }> = {
  here: { title: 'In this set-up', about: 'What you might have done wrong yourself.' },
  world: { title: 'What an administrator did', about: 'Roles, keys and accounts in ZITADEL.' },
  instance: { title: 'How ZITADEL is set up', about: 'Its name, its clock, what it tells.' },
  server: { title: 'Server and network', about: 'Late, cut short, or not an answer at all.' },
  certificate: { title: 'Certificate', about: 'What a secure connection stands on.' },
};

export const UNIT_WORDS: Record<FaultUnit, { short: string; long: string }> = {
  seconds: { short: 's', long: 'seconds' },
  milliseconds: { short: 'ms', long: 'milliseconds' },
};

/** `2 things broken`. */
export function brokenWords(broken: FaultView[]): string {
  return `${count(broken.length, 'thing')} broken`;
}

/** How versions of ZITADEL refuse a signature: the same mistakes, told differently. */
export const DIALECTS: { value: string; title: string; about: string }[] = [
  {
    value: 'v4.3',
    title: 'Internal error (v4.3)',
    about: 'A 500 with Errors.Internal, whatever went wrong. Most servers today say just this.',
  },
  {
    value: 'invalid_client',
    title: 'invalid_client',
    about: 'A 400 that says only that the one who asks was not accepted.',
  },
  {
    value: 'invalid_grant',
    title: 'invalid_grant',
    about: 'A 400 that says only that the signature was not accepted.',
  },
  {
    value: 'described',
    title: 'invalid_grant, with a description',
    about: 'A 400 that also says why, as newer servers do.',
  },
];

export function dialectAbout(dialect: string): string {
  return DIALECTS.find(({ value }) => value === dialect)?.about ?? '';
}

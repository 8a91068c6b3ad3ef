// What somebody's own API was tried with, and what it made of it, in words.

import type { Cell, FindingCode, ProbeToken, TargetProbe } from '$lib/contract';

export const TOKEN_WORDS: Record<ProbeToken, string> = {
  none: 'No token at all',
  garbage: 'Letters that are no token',
  cut: 'A token cut short',
  id_token: 'An id_token instead of an access token',
  other_audience: 'A token made out to another project',
  no_role: 'A good token without the role',
  right_role: 'A good token with the role',
  roles_inside: 'A good token that carries its roles',
  role_taken: 'A token from before its role was taken',
  expired: 'An expired token',
  switched_off: 'A token of an account that was switched off',
};

export const FAULT_WORDS: Partial<Record<FindingCode, string>> = {
  admits_without_token: 'lets in without a token',
  refuses_good_token: 'refuses a good token',
  endpoint_missing: 'no such endpoint',
  role_not_in_token: 'looks for roles inside the token',
  refuses_despite_role: 'refuses whom the role admits',
  admits_without_role: 'admits without the role',
  error_for_refusal: 'an error where a refusal belongs',
  forbidden_for_unauthorized: '403 where 401 belongs',
  odd_refusal: 'an unusual refusal',
  challenge_missing: 'no WWW-Authenticate',
  accepts_id_token: 'accepts an id_token',
  accepts_other_audience: 'accepts a token for others',
  accepts_invalid_token: 'accepts a token that is not valid',
  public_is_closed: 'closed where anyone may pass',
  leaks_details: 'tells too much',
  slow: 'slow',
  role_as_scope: 'looks for the role in scope',
  role_frozen: 'believes the token, not ZITADEL',
};

export const faultWords = (probe: TargetProbe): string =>
  probe.faults.map((code) => FAULT_WORDS[code] ?? 'not as it should be').join(', ');

/** `Out 403`; `No answer`. */
export function answerWords(cell: Cell): string {
  if (cell.status === null) return 'No answer';
  const word = { allowed: 'In', refused: 'Out', failed: 'Failed', not_reached: '' }[cell.verdict];
  return `${word} ${cell.status}`;
}

/** The host alone, for narrow places. */
export const hostOf = (url: string) => url.replace(/^https?:\/\//, '').replace(/\/.*$/, '');

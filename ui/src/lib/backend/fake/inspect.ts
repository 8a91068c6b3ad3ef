// A pasted token taken apart, played: as much of it as the window needs to be looked at.

import type { InspectedToken, JsonValue, TokenPart } from '$lib/contract';

const NAMES = {
  1: ['text'],
  3: ['header', 'claims', 'signature'],
  5: ['header', 'encrypted_key', 'iv', 'ciphertext', 'tag'],
} as const;
const COUNT = ['first', 'second', 'third', 'fourth', 'fifth'];

export function inspect(pasted: string, issuer: string): InspectedToken {
  const blank = { parts: [], claims: null, issuer_matches: null, expires_at: null, findings: [] };
  const lead = /^\s*(Bearer\s+)?/i.exec(pasted)![0].length;
  const text = pasted.slice(lead).trimEnd();
  if (text.startsWith('{'))
    return { ...blank, kind: null, says: 'This is JSON, perhaps a key file; no token.' };
  const pieces = text.split('.');
  const names = NAMES[pieces.length as 1 | 3 | 5] ?? NAMES[1];
  let start = lead;
  const parts = pieces.slice(0, names.length).map((piece, at): TokenPart => {
    const name = names[at]!;
    const decodes = name === 'header' || name === 'claims';
    const part = { name, start, end: start + piece.length };
    start += piece.length + 1;
    return { ...part, ...(decodes ? decoded(piece, COUNT[at]!) : { json: null, broken: null }) };
  });
  const claims = parts.find(({ name }) => name === 'claims')?.json ?? null;
  const broken = parts.find((part) => part.broken)?.broken;
  const kind = names.length === 3 ? 'jwt' : names.length === 5 ? 'jwe' : 'opaque';
  const { iss, exp } = (claims ?? {}) as { iss?: string; exp?: number };
  return {
    ...blank,
    kind,
    parts,
    claims,
    says: broken?.message ?? SAYS[kind],
    issuer_matches: iss === undefined ? null : iss === issuer,
    expires_at: exp === undefined ? null : new Date(exp * 1000).toISOString(),
  };
}

const SAYS = {
  jwt: 'A JWT. Its signature was not checked.',
  jwe: 'An encrypted token: its header can be read, its claims only by ZITADEL.',
  opaque: 'An opaque token: a reference that says nothing by itself.',
};

function decoded(piece: string, count: string): Pick<TokenPart, 'json' | 'broken'> {
  const strange = piece.search(/[^\w-]/);
  if (strange >= 0) {
    const message = `The ${count} part is no base64url from character ${strange + 1}.`;
    return { json: null, broken: { at: strange + 1, message } };
  }
  try {
    return { json: JSON.parse(atob(piece.replace(/-/g, '+').replace(/_/g, '/'))) as JsonValue, broken: null };
  } catch {
    const message = `The ${count} part breaks off: it is no whole JSON.`;
    return { json: null, broken: { at: piece.length, message } };
  }
}

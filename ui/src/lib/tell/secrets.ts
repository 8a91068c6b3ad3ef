// Texts in which marks stand for secrets: `⟦7⟧` is slot 7 on the Rust side.

import type { Secret, SecretKind } from '$lib/contract';

export type MarkedPiece = string | { slot: number };

/** The text in pieces, each mark on its own. */
export function pieces(text: string): MarkedPiece[] {
  return text
    .split(/(⟦\d+⟧)/)
    .filter((piece) => piece !== '')
    .map((piece) => {
      const mark = /^⟦(\d+)⟧$/.exec(piece);
      return mark ? { slot: Number(mark[1]) } : piece;
    });
}

const NAMES: Record<SecretKind, string> = {
  access_token: 'access token',
  id_token: 'ID token',
  refresh_token: 'refresh token',
  assertion: 'signed assertion',
  client_assertion: 'signed assertion of the API',
  client_secret: 'client secret',
  personal_access_token: 'personal access token',
};

export function secretName(secret: Secret | undefined): string {
  return secret ? NAMES[secret.kind] : 'secret';
}

/** JSON laid out for reading; anything else as it is. */
export function pretty(body: string): string {
  const text = body.trim();
  if (!text.startsWith('{') && !text.startsWith('[')) return body;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return body;
  }
}

/** The secrets whose marks stand in the texts, each once. */
export function secretsIn(texts: string[], secrets: Secret[]): Secret[] {
  const slots = new Set(texts.flatMap(pieces).map((piece) => (typeof piece === 'string' ? -1 : piece.slot)));
  return secrets.filter(({ slot }) => slots.has(slot));
}

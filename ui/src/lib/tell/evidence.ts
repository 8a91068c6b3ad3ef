// Where a piece of proof was seen, in a word or two before it.

import type { EvidenceSource } from '$lib/contract';

export interface Origin {
  word: string;
  /** The place itself, as a machine names it. */
  detail: string | null;
  /** An exchange that can be shown. */
  exchange: number | null;
}

const fileName = (path: string) => path.split(/[/\\]/).at(-1) ?? path;

export function originOf(source: EvidenceSource): Origin {
  switch (source.kind) {
    case 'file':
      return {
        word: 'File',
        detail: [fileName(source.path), source.field].filter(Boolean).join(' › '),
        exchange: null,
      };
    case 'setting':
      return { word: 'Setup', detail: source.field.replaceAll('_', ' '), exchange: null };
    case 'exchange':
      return { word: 'Seen', detail: null, exchange: source.id };
    case 'probe':
      return { word: 'Probe', detail: null, exchange: source.id };
    case 'token':
      return { word: 'Token', detail: source.claim, exchange: null };
  }
}

export const ORIGIN_HINTS: Record<EvidenceSource['kind'], string> = {
  file: 'Read in a file',
  setting: 'What is set here',
  exchange: 'Seen on the wire',
  probe: 'Rolecall asked this only to find the cause; it changed nothing',
  token: 'Read in the token itself',
};

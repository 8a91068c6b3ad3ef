// A sentence in pieces: words for people, and what a machine reads (shown in its own typeface).

export type Piece = string | { code: string };
export type Phrase = Piece[];

export const code = (text: string): Piece => ({ code: text });

/** What the backend wrote: what a machine reads stands between backticks. */
export function ticked(text: string): Phrase {
  return text.split(/`([^`]+)`/).flatMap((part, at) => (at % 2 ? [code(part)] : part ? [part] : []));
}

/** The sentence as plain text, for titles, announcements and tests. */
export function plain(phrase: Phrase): string {
  return phrase.map((piece) => (typeof piece === 'string' ? piece : piece.code)).join('');
}

/** `a`, `a or b`, `a, b or c`, each as code. */
export function list(items: string[], word: string): Phrase {
  return items.flatMap((item, index): Phrase => {
    if (index === 0) return [code(item)];
    return [index === items.length - 1 ? ` ${word} ` : ', ', code(item)];
  });
}

/** `1 door`, `3 doors`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

/**
 * A sentence's beginning, fit to follow a colon. Only words that are never names lose their capital.
 */
export function afterColon(sentence: string): string {
  const starters = /^(The|This|That|A|An|Its|It|No|Nobody|Somebody|Another|Signed)\b/;
  const text = sentence.replace(/\.$/, '');
  return starters.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

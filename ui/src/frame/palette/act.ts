// One thing that can be done or gone to, as the palette lists it; and how it is found by words. Pure.

export interface Act {
  /** Stays the same, so that what was used is known again. */
  id: string;
  group: string;
  title: string;
  /** Other words that people look for it by. */
  words?: string;
  keys?: string;
  /** Found by words alone: there may be a thousand of them. */
  quiet?: boolean;
  run: () => void;
}

/** No more are drawn: who sees so many types on. */
const SHOWN = 60;

/** The acts for what is typed, the best first; without words the ones used last, then all in order. */
export function found(acts: Act[], query: string, used: readonly string[]): Act[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) {
    const last = used.map((id) => acts.find((act) => act.id === id)).filter((act) => act !== undefined);
    return [...last, ...acts.filter((act) => !act.quiet && !last.includes(act))].slice(0, SHOWN);
  }
  return acts
    .map((act, at) => ({ act, at, score: scoreOf(act, words, used) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.at - b.at)
    .slice(0, SHOWN)
    .map(({ act }) => act);
}

/** 0 where a word is not in it at all. */
function scoreOf({ id, title, group, words = '' }: Act, asked: string[], used: readonly string[]): number {
  const [head, rest] = [title.toLowerCase(), `${words} ${group}`.toLowerCase()];
  let score = 0;
  for (const word of asked) {
    const one = inText(head, word) * 3 || inText(rest, word);
    if (one === 0) return 0;
    score += one;
  }
  if (head.startsWith(asked.join(' '))) score += 4;
  const at = used.indexOf(id);
  return score + (at < 0 ? 0 : 2 / (at + 1));
}

/** A word's beginning counts more than its middle. */
function inText(text: string, word: string): number {
  const at = text.indexOf(word);
  if (at < 0) return 0;
  return text.startsWith(word) || / |\/|-|\(/.test(text[text.indexOf(word) - 1] ?? ' ') ? 2 : 1;
}

/** In the order of their first act; what was used last stands above all. */
export function inGroups(
  acts: Act[],
  used: readonly string[],
  query: string,
): { title: string; acts: Act[] }[] {
  // What was found stands in the order of how well it fits.
  if (query.trim() !== '') return [{ title: 'Found', acts }];
  const groups = new Map<string, Act[]>();
  for (const act of acts) {
    const title = used.includes(act.id) ? 'Used last' : act.group;
    groups.set(title, [...(groups.get(title) ?? []), act]);
  }
  return [...groups].map(([title, of]) => ({ title, acts: of }));
}

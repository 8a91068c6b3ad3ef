// Which drawn row shows which line of a long list. What is drawn keeps its place, so that nothing is
// made anew while scrolling, and the focus stays.

/** So many places that nobody needs are kept for the next line of their kind. */
const SPARE = 4;

/**
 * Lets up to `most` lines of `wanted` take the places of lines that are out of sight; `drawn` tells the
 * line of each place. A line goes where one of its own kind was, since a place of another kind is filled
 * anew. What nobody needs the place of stays drawn; only at the end such places go, where all of `wanted`
 * comes at once.
 */
export function taken(
  drawn: readonly number[],
  wanted: readonly number[],
  most = Infinity,
  kindOf: (line: number) => unknown = () => null,
): number[] {
  const next = [...drawn];
  const free = next.flatMap((line, place) => (wanted.includes(line) ? [] : [place]));
  for (const line of wanted.filter((line) => !drawn.includes(line)).slice(0, most)) {
    const kind = kindOf(line);
    const alike = free.findIndex((place) => kindOf(next[place]!) === kind);
    const place = alike < 0 && free.length < SPARE ? undefined : free.splice(Math.max(0, alike), 1)[0];
    next[place ?? next.length] = line;
  }
  // Where less is in sight than was, whatever is drawn in vain costs as much as the rest.
  if (most === Infinity) while (next.length > 0 && !wanted.includes(next.at(-1)!)) next.pop();
  return next;
}

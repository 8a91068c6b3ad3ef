// Which drawn row shows which line of a long list. What is drawn keeps its place, so that nothing is
// made anew while scrolling, and the focus stays.

/**
 * Lets up to `most` lines of `wanted` take the places of lines that are out of sight; `drawn` tells the
 * line of each place. What nobody needs the place of stays drawn; only at the end such places go, where all
 * of `wanted` comes at once.
 */
export function taken(drawn: readonly number[], wanted: readonly number[], most = Infinity): number[] {
  const next = [...drawn];
  const missing = wanted.filter((line) => !drawn.includes(line)).slice(0, most);
  for (let place = 0; missing.length > 0; place += 1) {
    const line = next[place];
    if (line === undefined || !wanted.includes(line)) next[place] = missing.shift()!;
  }
  // Where less is in sight than was, whatever is drawn in vain costs as much as the rest.
  if (most === Infinity) while (next.length > 0 && !wanted.includes(next.at(-1)!)) next.pop();
  return next;
}

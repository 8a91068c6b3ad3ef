import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync('src/styles/tokens.css', 'utf8');
const tokens = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map(([, name, light, dark]) => [
    name!,
    { light: light!, dark: dark! },
  ]),
);

function luminance(hex: string): number {
  const channels = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
  const [r, g, b] = channels.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light! + 0.05) / (dark! + 0.05);
}

const GROUNDS = ['bg', 'surface', 'raised', 'sunken'];
const pairs: [string, string, number][] = [
  ...['ink', 'ink-2', 'ink-3'].flatMap((ink) =>
    GROUNDS.map((ground): [string, string, number] => [ink, ground, 4.5]),
  ),
  ...['accent', 'in', 'odd', 'wait'].flatMap((ink) =>
    GROUNDS.map((ground): [string, string, number] => [ink, ground, 4.5]),
  ),
  ['accent', 'accent-soft', 4.5],
  ['on-accent', 'accent', 4.5],
  ['on-accent', 'accent-strong', 4.5],
  ['in', 'in-soft', 4.5],
  ['out', 'out-soft', 4.5],
  ['ink', 'out-soft', 4.5],
  ['ink-3', 'out-soft', 4.5],
  ['odd', 'odd-soft', 4.5],
  ['ink', 'odd-soft', 4.5],
  ['ink-2', 'odd-soft', 4.5],
  ['ink-3', 'accent-soft', 4.5],
  ['ink-2', 'accent-soft', 4.5],
  ['wait', 'wait-soft', 4.5],
  // What is not text: the borders of fields, the dots.
  ['line-strong', 'surface', 3],
  ['line-strong', 'bg', 3],
  ['dot-in', 'surface', 3],
];

describe.each(['light', 'dark'] as const)('contrast, %s', (theme) => {
  it.each(pairs)('%s on %s is at least %d', (ink, ground, least) => {
    const [a, b] = [tokens.get(ink), tokens.get(ground)];
    expect(a && b, 'both are tokens').toBeTruthy();
    expect(contrast(a![theme], b![theme])).toBeGreaterThanOrEqual(least);
  });
});

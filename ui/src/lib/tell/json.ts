// JSON laid out line by line, so that parts of it can be folded, searched and copied. Pure.

import type { JsonValue } from '$lib/contract';

export interface JsonLine {
  /** Where the value is, from `$`; unique among the lines but for a closing bracket's. */
  path: string;
  depth: number;
  /** `null` for the whole and for items of a list. */
  name: string | null;
  value: JsonValue;
  shape: 'leaf' | 'open' | 'folded' | 'end';
  /** Another value follows in the same object or list. */
  more: boolean;
}

/** What is open without anybody's doing: everything where it is short, the outermost where not. */
const SHORT = 60;

export function linesOf(value: JsonValue, folds: ReadonlyMap<string, boolean>, query = ''): JsonLine[] {
  const words = query.trim().toLowerCase();
  const short = sizeOf(value) <= SHORT;
  const lines: JsonLine[] = [];

  function walk(
    item: JsonValue,
    path: string,
    depth: number,
    name: string | null,
    more: boolean,
    all: boolean,
  ) {
    const line = { path, depth, name, value: item, more };
    const children = entriesOf(item);
    if (children.length === 0) return void lines.push({ ...line, shape: 'leaf' });
    const folded = words === '' && !(folds.get(path) ?? (short || depth === 0));
    if (folded) return void lines.push({ ...line, shape: 'folded' });
    lines.push({ ...line, shape: 'open' });
    const shown = children.filter(([key, child]) => all || holds(key, child, words));
    shown.forEach(([key, child], at) => {
      const named = Array.isArray(item) ? null : key;
      const whole = all || (named !== null && says(named, words));
      walk(child, `${path}.${key}`, depth + 1, named, at < shown.length - 1, whole);
    });
    lines.push({ ...line, shape: 'end' });
  }

  walk(value, '$', 0, null, false, words === '');
  return lines;
}

/** How many names and values hold the words. */
export function hitsIn(value: JsonValue, query: string): number {
  const words = query.trim().toLowerCase();
  if (words === '') return 0;
  const children = entriesOf(value);
  if (children.length === 0) return says(leafText(value), words) ? 1 : 0;
  return children.reduce(
    (sum, [key, child]) => sum + (!Array.isArray(value) && says(key, words) ? 1 : 0) + hitsIn(child, query),
    0,
  );
}

/** A value as it is copied: a string without its quotes, anything else as JSON. */
export function copyOf(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

/** `{ … } 3` for what is folded. */
export function foldedText(value: JsonValue): string {
  const many = entriesOf(value).length;
  return Array.isArray(value) ? `[ … ] ${many}` : `{ … } ${many}`;
}

/** The JSON in a text; `undefined` where it is none, or a bare word that reads better as text. */
export function parsed(text: string): JsonValue | undefined {
  const trimmed = text.trim();
  if (!trimmed.startsWith('{') && !trimmed.startsWith('[')) return undefined;
  try {
    return JSON.parse(trimmed) as JsonValue;
  } catch {
    return undefined;
  }
}

function entriesOf(value: JsonValue): [string, JsonValue][] {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value);
}

function sizeOf(value: JsonValue): number {
  return entriesOf(value).reduce((sum, [, child]) => sum + sizeOf(child), 1);
}

function holds(name: string, value: JsonValue, words: string): boolean {
  return says(name, words) || hitsIn(value, words) > 0;
}

const leafText = (value: JsonValue) => (typeof value === 'string' ? value : JSON.stringify(value));
const says = (text: string, words: string) => text.toLowerCase().includes(words);

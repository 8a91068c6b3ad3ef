// Times as people say them. Every function takes the present as a parameter.

const UNITS: [string, number][] = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
];

/** The two largest units of a span in seconds: `11 h 58 min`, `45 s`. */
export function span(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const first = UNITS.findIndex(([, size]) => whole >= size);
  if (first < 0) return '0 s';
  const [unit, size] = UNITS[first]!;
  const head = `${Math.floor(whole / size)} ${unit}`;
  const next = UNITS[first + 1];
  const rest = next ? Math.floor((whole % size) / next[1]) : 0;
  return next && rest > 0 ? `${head} ${rest} ${next[0]}` : head;
}

/** `just now`, `12 seconds ago`, `3 min ago`. */
export function ago(then: string, now: number): string {
  const seconds = Math.round((now - Date.parse(then)) / 1000);
  if (seconds < 2) return 'just now';
  if (seconds < 60) return `${seconds} seconds ago`;
  return `${span(seconds).split(' ').slice(0, 2).join(' ')} ago`;
}

/** `in 11 h 58 min`, `3 min ago`, from seconds since 1970. */
export function fromNow(epochSeconds: number, now: number): string {
  const seconds = epochSeconds - now / 1000;
  if (Math.abs(seconds) < 1.5) return 'now';
  return seconds > 0 ? `in ${span(seconds)}` : `${span(-seconds)} ago`;
}

/** The exact moment, for titles: `2026-11-23 10:58:33 UTC`. */
export function exact(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toISOString().slice(0, 19).replace('T', ' ') + ' UTC';
}

/** Local time of day with milliseconds: `10:58:33.120`. */
export function clock(then: string): string {
  const date = new Date(then);
  const two = (n: number) => String(n).padStart(2, '0');
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${time}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** `412 µs`, `41 ms`, `1.2 s`. */
export function duration(microseconds: number): string {
  if (microseconds < 1_000) return `${microseconds} µs`;
  if (microseconds < 10_000) return `${(microseconds / 1_000).toFixed(1)} ms`;
  if (microseconds < 1_000_000) return `${Math.round(microseconds / 1_000)} ms`;
  return `${(microseconds / 1_000_000).toFixed(1)} s`;
}

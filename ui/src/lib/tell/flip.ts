// A cell that flipped while its calls were made again and again, in words.

import type { Flip, Verdict, WatchEnd, WatchView } from '$lib/contract';
import type { NamedFlip } from '$lib/state/watch.svelte';
import { code, list, type Phrase } from './phrase';

const NOW: Record<Verdict, string> = {
  allowed: 'now gets into',
  refused: 'now stays out of',
  failed: 'now gets no clear answer at',
  not_reached: 'no longer comes to',
};

export function flipWords({ name, path, to }: NamedFlip): Phrase {
  return [`${name} ${NOW[to]} `, code(path)];
}

/** What changed about its roles, as ZITADEL tells them; empty where that was not it. */
export function rolesChanged({ roles_before: before, roles_after: after }: Flip): Phrase {
  const given = after.filter((role) => !before.includes(role));
  const taken = before.filter((role) => !after.includes(role));
  if (given.length > 0) return [...list(given, 'and'), ' was given'];
  return taken.length > 0 ? [...list(taken, 'and'), ' was taken'] : [];
}

/** `0.6 s after the change`, `at once`; `null` where the change was made elsewhere. */
export function lateness({ shown_after_ms: ms }: Flip): string | null {
  if (ms === null) return null;
  if (ms < 100) return 'at once';
  return `${ms < 9_950 ? (ms / 1000).toFixed(1) : Math.round(ms / 1000)} s after the change`;
}

/** Local time of day in seconds: `10:02:31`. */
export function timeOfDay(at: string): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((n) => String(n).padStart(2, '0'))
    .join(':');
}

/** `9:41`, or `0:00` when the time is over. */
export function left(until: string, now: number): string {
  const seconds = Math.max(0, Math.ceil((Date.parse(until) - now) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** `every second`, `every 5 s`, `every 0.5 s`. */
export function every({ interval_ms: ms }: WatchView): string {
  return ms === 1000 ? 'every second' : `every ${ms / 1000} s`;
}

/** Whom it calls; `null` for everybody everywhere. */
export function whom({ user, endpoint }: WatchView): string | null {
  if (user && endpoint) return `${user} at ${endpoint}`;
  return user ?? (endpoint ? `everybody at ${endpoint}` : null);
}

export const END_WORDS: Record<WatchEnd, string> = {
  stopped: 'You stopped it.',
  time_over: 'Its time was over.',
  changed: 'It ended because the set-up was changed.',
  called: 'It ended because you called the roll.',
  token_ended: 'It ended because a token did.',
};

// The stories that ship with the presenter: recorded events of a real run in the sandbox.

import type { RolecallEvent } from '$lib/contract';
import allowed from './allowed.json';
import { FIRST } from './first';
import notAllowed from './not-allowed.json';
import stranger from './stranger.json';
import untilAMinuteAgo from './until-a-minute-ago.json';

export interface Shipped {
  id: string;
  title: string;
  events: readonly RolecallEvent[];
}

const TITLES: Record<string, string> = {
  [FIRST]: 'A stranger',
  'not-allowed': 'Known, but not allowed',
  allowed: 'Allowed',
  'until-a-minute-ago': 'Allowed until a minute ago',
};

// The files are tested against the contract where they are recorded.
const recorded = [stranger, notAllowed, allowed, untilAMinuteAgo] as unknown as Omit<Shipped, 'title'>[];

export const SHIPPED: readonly Shipped[] = recorded.map(({ id, events }) => ({
  id,
  title: TITLES[id] ?? id,
  events,
}));

/** The story of this name; the first where there is none. */
export const shipped = (id: string): Shipped => SHIPPED.find((story) => story.id === id) ?? SHIPPED[0]!;

// What a setting's field takes, and what it says where it does not. Pure.

import type { SettingsView } from '$lib/contract';

export interface NumberSetting {
  name: string;
  title: string;
  about: string;
  unit: string;
  least: number;
  most: number;
  /** Empty stands for nothing chosen. */
  free?: boolean;
  /** May be a fraction. */
  fraction?: boolean;
  read: (settings: SettingsView) => number | null;
  write: (settings: SettingsView, value: number | null) => SettingsView;
}

export const NUMBERS: NumberSetting[] = [
  {
    name: 'port',
    title: "The protected API's port",
    about: 'Of this workspace. Empty: 8000, or the next one that is free.',
    unit: '',
    least: 1,
    most: 65_535,
    free: true,
    read: ({ port }) => port,
    write: (settings, port) => ({ ...settings, port }),
  },
  {
    name: 'parallelism',
    title: 'Callers at once',
    about: 'How many rows of the roll are called side by side.',
    unit: 'rows',
    least: 1,
    most: 32,
    read: ({ parallelism }) => parallelism,
    write: (settings, value) => ({ ...settings, parallelism: value! }),
  },
  {
    name: 'retries',
    title: 'Second tries',
    about: 'How often a request is repeated that broke off, where a repeat does no harm.',
    unit: 'times',
    least: 0,
    most: 5,
    read: ({ retries }) => retries,
    write: (settings, value) => ({ ...settings, retries: value! }),
  },
  {
    name: 'cache',
    title: 'The API remembers introspections',
    about:
      '0: it asks ZITADEL at every call. With more it asks less often, and a role that is given or taken shows late by as much.',
    unit: 's',
    least: 0,
    most: 300,
    read: ({ cache_seconds }) => cache_seconds,
    write: (settings, value) => ({ ...settings, cache_seconds: value! }),
  },
  {
    name: 'interval',
    title: 'While it keeps calling',
    about: 'From one round of calls to the next.',
    unit: 's',
    least: 0.25,
    most: 60,
    fraction: true,
    read: ({ watch_interval_ms }) => watch_interval_ms / 1_000,
    write: (settings, value) => ({ ...settings, watch_interval_ms: Math.round(value! * 1_000) }),
  },
];

/** The number that was typed, or what is wrong with it. */
export function parsed(
  { least, most, free, fraction, unit }: NumberSetting,
  typed: string,
): { value: number | null } | { wrong: string } {
  const text = typed.trim().replace(',', '.');
  if (text === '' && free) return { value: null };
  const value = Number(text);
  const good = text !== '' && value >= least && value <= most && (fraction || Number.isInteger(value));
  if (good) return { value };
  const kind = fraction ? 'A number' : 'A whole number';
  const empty = free ? ', or nothing' : '';
  return { wrong: `${kind} from ${least} to ${most}${unit === 's' ? ' seconds' : ''}${empty}.` };
}

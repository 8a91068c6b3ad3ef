import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { RolecallEvent } from '$lib/contract';
import { workspace } from '../../testing/samples';
import { tauri } from './tauri';

const state: RolecallEvent = { type: 'workspace', workspace: workspace() };
const closing: RolecallEvent = { type: 'closing' };
const wanted: RolecallEvent = { type: 'sandbox_wanted' };

/** The program behind the window: what it is asked, and what it has to tell, question by question. */
let asked: { command: string; args: unknown }[];
let tell: (told: unknown) => void;
let lose: () => void;
/** By which the last change asked to be told when all before it had been told. */
const question = () =>
  (asked.findLast(({ command }) => command === 'catch_up')!.args as { question: number }).question;
/** Longer than a frame, and shorter than it takes where none is drawn. */
const FRAME = 40;
const questions = () => asked.filter(({ command }) => command === 'next_events');

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  mockIPC((command, args) => {
    asked.push({ command, args });
    if (command === 'listen') return 7;
    if (command === 'call_the_roll') throw new Error('refused');
    if (command === 'next_events')
      return new Promise((resolve, reject) => ([tell, lose] = [resolve, reject]));
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
  tell(null);
  clearMocks();
});

async function subscribed(onEvents: (events: RolecallEvent[]) => void) {
  const over = tauri.subscribe(onEvents);
  await vi.advanceTimersByTimeAsync(0);
  tell([state]);
  await over;
}

it('has heard of the state of everything when it has subscribed', async () => {
  const heard = vi.fn<(events: RolecallEvent[]) => void>();
  await subscribed(heard);
  expect(heard.mock.calls).toEqual([[[state]]]);
  expect(questions()).toEqual([{ command: 'next_events', args: { listener: 7, heard: 0 } }]);
});

it('asks for more when what it was told has been drawn, and takes all of it together', async () => {
  const heard = vi.fn<(events: RolecallEvent[]) => void>();
  await subscribed(heard);
  expect(questions(), 'not before').toHaveLength(1);
  await vi.advanceTimersByTimeAsync(FRAME);
  expect(questions()).toHaveLength(2);
  tell([closing, wanted]);
  await vi.advanceTimersByTimeAsync(0);
  expect(heard.mock.lastCall).toEqual([[closing, wanted]]);
  expect(questions()).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(FRAME);
  expect(questions().map(({ args }) => args)).toEqual([
    { listener: 7, heard: 0 },
    { listener: 7, heard: 1 },
    { listener: 7, heard: 3 },
  ]);
});

it('asks even where no frame is ever drawn, and leaves none behind', async () => {
  const cancelled = vi.fn();
  vi.stubGlobal('requestAnimationFrame', () => 5);
  vi.stubGlobal('cancelAnimationFrame', cancelled);
  await subscribed(() => {});
  await vi.advanceTimersByTimeAsync(120);
  expect(questions()).toHaveLength(2);
  expect(cancelled).toHaveBeenCalledWith(5);
});

it('ends where another page listens', async () => {
  await subscribed(() => {});
  await vi.advanceTimersByTimeAsync(120);
  tell(null);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(questions()).toHaveLength(2);
});

it('hears of what comes after something that could not be taken in, and lets nobody wait for it', async () => {
  const reported = vi.fn();
  vi.stubGlobal('reportError', reported);
  const heard = vi.fn<(events: RolecallEvent[]) => void>();
  await subscribed(heard);
  const change = tauri.undo();
  await vi.advanceTimersByTimeAsync(120);
  heard.mockImplementationOnce(() => {
    throw new Error('cannot be drawn');
  });
  tell([closing, { caught_up: question() }]);
  await change;
  await vi.advanceTimersByTimeAsync(120);
  tell([wanted]);
  await vi.advanceTimersByTimeAsync(0);
  expect(reported).toHaveBeenCalledOnce();
  expect(heard.mock.lastCall).toEqual([[wanted]]);
});

it('asks again for what was lost on its way', async () => {
  vi.stubGlobal('reportError', vi.fn());
  await subscribed(() => {});
  await vi.advanceTimersByTimeAsync(FRAME);
  lose();
  await vi.advanceTimersByTimeAsync(120);
  expect(questions().slice(1)).toEqual([
    { command: 'next_events', args: { listener: 7, heard: 1 } },
    { command: 'next_events', args: { listener: 7, heard: 1 } },
  ]);
});

it('is done with a change when everything that happened before has been told', async () => {
  let done = false;
  const heard: string[] = [];
  await subscribed((events) => heard.push(...events.map(({ type }) => type)));
  const change = tauri.undo().then(() => (done = true));
  await vi.advanceTimersByTimeAsync(120);
  expect(done, 'answered, but nothing was told yet').toBe(false);
  tell([closing, { caught_up: question() }]);
  await change;
  expect(heard).toEqual(['workspace', 'closing']);
});

it('is done with what was refused when what stands in its way has been told', async () => {
  const heard: string[] = [];
  await subscribed((events) => heard.push(...events.map(({ type }) => type)));
  const refused = tauri.callTheRoll(null, null).catch(() => [...heard]);
  await vi.advanceTimersByTimeAsync(120);
  tell([state, { caught_up: question() }]);
  expect(await refused).toEqual(['workspace', 'workspace']);
});

import { fireEvent, render, screen } from '@testing-library/svelte';
import { tick } from 'svelte';
import { beforeEach, expect, it, vi } from 'vitest';
import { groupsOf, rowsOf } from '$lib/state/sequence';
import { lineOf } from '$lib/tell/line';
import { testid } from '$lib/testids';
import { exchange } from '../../testing/samples';
import Sequence from './Sequence.svelte';

const calls = Array.from({ length: 400 }, (_, at) => lineOf(exchange(at + 1, { request_id: `call-${at}` })));
const rows = rowsOf(groupsOf(calls), 'arrows');
const option = () => screen.getAllByRole('option')[0]!;
const flies = () => document.querySelector('.flying') !== null;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(600);
  return () => vi.useRealTimers();
});

function show() {
  const nobody = { opened: null, api: null, zitadel: null };
  const told = { onsight: () => {}, oncursor: () => {}, onopen: () => {} };
  return render(Sequence, { rows, size: 38, cursor: rows[1]!.key, ...nobody, ...told });
}

async function scrollTo(at: number) {
  const list = screen.getByTestId(testid.timelineList);
  list.scrollTop = at;
  await fireEvent.scroll(list);
  vi.advanceTimersByTime(16);
  await tick();
}

it('leaves the words out while it flies, and at no other time', async () => {
  show();
  const active = () => screen.getByTestId(testid.timelineList).getAttribute('aria-activedescendant');
  const before = active();
  await scrollTo(6_000);
  expect(flies(), 'a jump').toBe(false);
  await scrollTo(9_000);
  await scrollTo(12_000);
  expect([flies(), active()]).toEqual([true, before]);
  await scrollTo(12_050);
  expect(flies(), 'slow').toBe(false);
  await scrollTo(9_000);
  await scrollTo(6_000);
  expect([flies(), active()]).toEqual([true, before]);
  vi.advanceTimersByTime(100);
  await tick();
  expect(flies(), 'at rest').toBe(false);
  expect(option().textContent).toContain('reader-bot');
});

it('waits for nothing once it is gone', async () => {
  const { unmount } = show();
  await scrollTo(6_000);
  await scrollTo(9_000);
  expect(flies()).toBe(true);
  const list = screen.getByTestId(testid.timelineList);
  list.scrollTop = 12_000;
  await fireEvent.scroll(list);
  unmount();
  await tick();
  vi.advanceTimersByTime(16);
  expect(vi.getTimerCount()).toBe(0);
});

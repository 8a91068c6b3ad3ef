import { beforeEach, expect, it, vi } from 'vitest';
import { Notices } from './notices.svelte';
import { percent, Sight, ZOOMS } from './sight.svelte';

const setZoom = vi.fn(async (zoom: number) => {
  if (zoom > 1.5) throw { code: 'internal', message: 'No further.' };
});
const fresh = (notices = new Notices()) => new Sight({ setZoom }, notices);

beforeEach(() => localStorage.clear());

it('goes from step to step, and no further than the ends', () => {
  const sight = fresh();
  expect([sight.next(1), sight.next(-1), sight.next(0)]).toEqual([1.1, 0.9, null]);
  sight.keep(ZOOMS.at(-1)!);
  expect([sight.next(1), sight.next(0)]).toEqual([null, 1]);
  sight.keep(ZOOMS[0]);
  expect(sight.next(-1)).toBeNull();
});

it('is kept only where the window could take it, and said', async () => {
  const notices = new Notices();
  const sight = fresh(notices);
  sight.keep(1.25);
  await sight.zoomBy(1);
  expect([sight.zoom, notices.list.map(({ text }) => text)]).toEqual([1.5, ['Size 150 %']]);
  await sight.zoomBy(1);
  expect([sight.zoom, notices.list.at(-1)?.text]).toEqual([1.5, 'No further.']);
});

it('is remembered, and anything else that lies there is not believed', () => {
  const sight = fresh();
  sight.keep(1.25);
  sight.choose('larger');
  expect(document.documentElement.dataset.text).toBe('larger');
  expect([fresh().zoom, fresh().text]).toEqual([1.25, 'larger']);
  localStorage.setItem('rolecall.zoom', '17');
  localStorage.setItem('rolecall.text', 'huge');
  expect([fresh().zoom, fresh().text]).toEqual([1, 'normal']);
  sight.choose('normal');
  expect(document.documentElement.dataset.text).toBeUndefined();
});

it('says percentages whole', () => expect(percent(0.67)).toBe('67 %'));

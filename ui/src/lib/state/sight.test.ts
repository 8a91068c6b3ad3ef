import { beforeEach, expect, it } from 'vitest';
import { percent, Sight, ZOOMS } from './sight.svelte';

beforeEach(() => localStorage.clear());

it('goes from step to step, and no further than the ends', () => {
  const sight = new Sight();
  expect([sight.next(1), sight.next(-1), sight.next(0)]).toEqual([1.1, 0.9, null]);
  sight.keep(ZOOMS.at(-1)!);
  expect([sight.next(1), sight.next(0)]).toEqual([null, 1]);
  sight.keep(ZOOMS[0]);
  expect(sight.next(-1)).toBeNull();
});

it('is remembered, and anything else that lies there is not believed', () => {
  const sight = new Sight();
  sight.keep(1.25);
  sight.choose('larger');
  expect(document.documentElement.dataset.text).toBe('larger');
  expect([new Sight().zoom, new Sight().text]).toEqual([1.25, 'larger']);
  localStorage.setItem('rolecall.zoom', '17');
  localStorage.setItem('rolecall.text', 'huge');
  expect([new Sight().zoom, new Sight().text]).toEqual([1, 'normal']);
  sight.choose('normal');
  expect(document.documentElement.dataset.text).toBeUndefined();
});

it('says percentages whole', () => expect(percent(0.67)).toBe('67 %'));

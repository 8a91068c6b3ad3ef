import { expect, it } from 'vitest';
import { lineOf } from '$lib/tell/line';
import { answeredLine, askedLine, doorLine, shownLine } from '$lib/tell/storyline';
import { SHIPPED } from '../../../stories';
import { heardIn } from '$lib/state/story';
import { mentions, outlineOf } from './outline';

const all = SHIPPED.flatMap(({ events }) => events)
  .filter((event) => event.type === 'exchange')
  .map(({ exchange }) => exchange);

it('is enough for a line', () => {
  expect(all.length).toBeGreaterThan(8);
  for (const exchange of all) {
    const outline = outlineOf(exchange);
    expect(JSON.stringify(outline).length).toBeLessThan(JSON.stringify(exchange).length);
    expect(lineOf(outline)).toEqual({ ...lineOf(exchange), outline });
  }
});

it("is enough for a story's technical lines", () => {
  for (const { events } of SHIPPED) {
    for (const visit of heardIn(events).visits) {
      const told = {
        ...visit,
        call: visit.call && outlineOf(visit.call),
        asked: visit.asked && outlineOf(visit.asked),
      };
      expect([shownLine(told), doorLine(told)]).toEqual([shownLine(visit), doorLine(visit)]);
      if (!visit.cell.decision) continue;
      expect([askedLine(told), answeredLine(told)]).toEqual([askedLine(visit), answeredLine(visit)]);
    }
  }
});

it('is searched as the program does: where a person sees words', () => {
  const [first] = all;
  expect(mentions(first!, 'user-agent')).toBe(true);
  expect(mentions(first!, 'duration_us')).toBe(false);
});

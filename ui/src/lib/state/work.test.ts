import { expect, it, vi } from 'vitest';
import { ended, report, workspace } from '../../testing/samples';
import { noRun } from './run';
import { Work, workingOn } from './work.svelte';

const quiet = { workspace: workspace(), run: noRun, still: 0, work: [], stop: () => {} };

it('says nothing while nothing goes on', () => expect(workingOn(quiet)).toBeNull());

it('tells how far a roll call is, and stops it', () => {
  const stop = vi.fn();
  const answered = [new Set([0, 1]), new Set([0])];
  const run = { ...ended(report([])), running: true, answered };
  const shown = workingOn({ ...quiet, run, still: 9, stop })!;
  expect([shown.words, shown.part]).toEqual(['Calling: 3 of 12 answers', 0.25]);
  shown.cancel!();
  expect(stop).toHaveBeenCalledOnce();
});

it('tells what is looked at, and what a command is at before that', () => {
  const checking = workspace({ issuer: { ...workspace().issuer, state: 'checking' } });
  expect(workingOn({ ...quiet, workspace: checking })?.words).toMatch(/ZITADEL/);
  const shown = workingOn({ ...quiet, workspace: checking, work: [{ words: 'Saving the report' }] });
  expect(shown).toEqual({ words: 'Saving the report', part: null, cancel: null });
});

it('a command counts until it has ended, well or not', async () => {
  const work = new Work();
  let fail = () => {};
  const going = work.during('Opening', new Promise((_, reject) => (fail = () => reject(new Error('no')))));
  expect(work.list.map(({ words }) => words)).toEqual(['Opening']);
  fail();
  await expect(going).rejects.toThrow('no');
  expect(work.list).toEqual([]);
});

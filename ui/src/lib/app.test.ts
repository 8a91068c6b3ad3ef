import { describe, expect, it, vi } from 'vitest';
import { PUBLIC, allowed, report, row, watching, workspace } from '../testing/samples';
import { App } from './app.svelte';
import type { RolecallEvent } from './contract';
import { fake } from './backend/fake/fake';
import { drawn } from './frame';
import { answersIn } from './state/run';
import { left } from './tell/flip';

const answer = (user: number): RolecallEvent => ({
  type: 'cell_changed',
  run: 1,
  user,
  endpoint: 0,
  cell: allowed(PUBLIC),
});

it('takes events in their order, and answers in a row at once', () => {
  const app = new App(fake('sandbox', 0));
  const rows = ['a', 'b', 'c'].map((label) => row(label, [allowed(PUBLIC)]));
  app.receive([{ type: 'run_started', run: 1, at: '', report: report(rows) }]);
  const told: number[] = [];
  vi.spyOn(app.undo, 'follow').mockImplementation(() => void told.push(answersIn(app.run)));
  const before = app.run;
  app.receive([answer(0), answer(1), { type: 'workspace', workspace: workspace() }, answer(2)]);
  expect(told, 'the set-up changed between the second answer and the third').toEqual([2]);
  expect(answersIn(app.run)).toBe(3);
  expect(answersIn(before), 'what was shown is not changed under the hand').toBe(0);
  const changed = vi.spyOn(app, 'run', 'set');
  app.receive(Array.from({ length: 1_000 }, (_, n) => answer(n % 3)));
  expect(changed, 'a thousand answers are one change').toHaveBeenCalledOnce();
  app.receive([{ type: 'run_finished', run: 1, at: '', cancelled: false, report: report(rows) }]);
  expect(app.run.running).toBe(false);
});

it('takes in what stands beside something that it cannot take in', () => {
  const reported = vi.fn();
  vi.stubGlobal('reportError', reported);
  const app = new App(fake('sandbox', 0));
  const rows = ['a', 'b'].map((label) => row(label, [allowed(PUBLIC)]));
  const broken = { type: 'workspace', workspace: null } as unknown as RolecallEvent;
  app.receive([{ type: 'run_started', run: 1, at: '', report: report(rows) }]);
  app.receive([answer(0), broken, answer(1), { type: 'workspace', workspace: workspace() }]);
  expect(reported).toHaveBeenCalledOnce();
  expect(answersIn(app.run)).toBe(2);
  expect(app.workspace).not.toBeNull();
  const breaks = () => {
    throw new Error('cannot be taken in');
  };
  vi.spyOn(app.exchanges, 'apply').mockImplementationOnce(breaks);
  vi.spyOn(app.stories, 'apply').mockImplementationOnce(breaks);
  const outlined = { type: 'outlined' } as RolecallEvent;
  const other = workspace({ name: 'Another' });
  app.receive([outlined, answer(0), { type: 'workspace', workspace: other }]);
  expect(reported).toHaveBeenCalledTimes(3);
  expect(app.workspace?.name).toBe('Another');
  vi.unstubAllGlobals();
});

it('counts what is left of a watch from the moment that it hears of it', () => {
  const app = new App(fake('sandbox', 0));
  app.now = Date.now() - 900;
  const until = new Date(Date.now() + 600_000).toISOString();
  app.receive([{ type: 'watch_started', watch: watching({ until }) }]);
  expect(left(until, app.now)).toBe('10:00');
});

describe('the reason that stands there without a further press', () => {
  const whole = report([row('reader-bot', [allowed(PUBLIC)])]);
  const over: RolecallEvent[] = [
    { type: 'workspace', workspace: workspace() },
    { type: 'run_started', run: 1, at: '', report: whole },
    { type: 'run_finished', run: 1, at: '', cancelled: false, report: whole },
  ];

  it('comes when the last answers are drawn', async () => {
    const app = new App(fake('sandbox', 0));
    app.receive(over);
    expect(app.view.chosen).toBeNull();
    await drawn();
    expect(app.view.chosen).toMatchObject({ label: 'reader-bot', path: PUBLIC.path });
  });

  it('is never one of a run that has just begun', async () => {
    const app = new App(fake('sandbox', 0));
    app.receive([...over, { type: 'run_started', run: 2, at: '', report: whole }]);
    await drawn();
    expect(app.view.chosen).toBeNull();
  });
});

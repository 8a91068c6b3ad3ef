import { describe, expect, it } from 'vitest';
import {
  allowed,
  decision,
  ended,
  exchange,
  refused,
  report,
  row,
  SCOPED,
  workspace,
} from '../../testing/samples';
import type { Cell, RolecallEvent } from '$lib/contract';
import { heardAt, heardIn, Tape } from './story';
import { applyRun, noRun } from './run';
import { roleSwitches } from './storyroles';

const PLACE = { label: 'reader-bot', method: SCOPED.method, path: SCOPED.path };
const out = (id: number): Cell => refused(SCOPED, { exchange: id, decision: decision() });
const inside = (id: number): Cell =>
  allowed(SCOPED, {
    exchange: id,
    decision: decision({ outcome: 'allowed', roles_found: ['read:messages'] }),
  });

function tapeOf(...cells: Cell[]): { tape: Tape; run: typeof noRun } {
  const begun = report([row('reader-bot', [refused(SCOPED, { verdict: 'not_reached' })])]);
  const events: RolecallEvent[] = [
    { type: 'run_started', run: 1, at: '', report: begun },
    ...cells.map((cell): RolecallEvent => ({ type: 'cell_changed', run: 1, user: 0, endpoint: 0, cell })),
  ];
  const tape = new Tape();
  let run = noRun;
  for (const event of events) tape.apply(event, (run = applyRun(run, event)));
  return { tape, run };
}

describe('what was heard of a caller at a door', () => {
  it('keeps the newest answer, and the one that it differs from', () => {
    const ids = (...cells: Cell[]) =>
      tapeOf(...cells)
        .tape.cells(PLACE)
        .map((cell) => cell.exchange);
    expect(ids(out(1)), 'one').toEqual([1]);
    expect(ids(out(1), out(2)), 'the same again').toEqual([2]);
    expect(ids(out(1), inside(2)), 'it let in').toEqual([1, 2]);
    expect(ids(out(1), inside(2), inside(3)), 'and again').toEqual([1, 3]);
    expect(ids(out(1), inside(2), out(3)), 'and no more').toEqual([2, 3]);
  });

  it('is rebuilt from the end of a run, for a window that was opened again', () => {
    const whole = report([row('reader-bot', [inside(7)])]);
    const event: RolecallEvent = { type: 'run_finished', run: 4, at: '', cancelled: false, report: whole };
    const { visits } = heardIn([{ type: 'exchange', exchange: exchange(7) }, event], PLACE);
    expect(visits.map(({ call }) => call?.id)).toEqual([7]);
  });

  it('hears nothing of an older run, and forgets on request', () => {
    const { tape, run } = tapeOf(out(1));
    tape.apply({ type: 'cell_changed', run: 0, user: 0, endpoint: 0, cell: inside(2) }, run);
    expect(tape.cells(PLACE)).toHaveLength(1);
    tape.forget();
    expect(tape.cells(PLACE)).toHaveLength(0);
  });

  it('tells of somebody who no longer comes to the door', () => {
    const { tape } = tapeOf(inside(1));
    const run = ended(report([row('reader-bot', [refused(SCOPED, { verdict: 'not_reached' })])]));
    const heard = (running: boolean) =>
      heardAt(PLACE, tape, { workspace: workspace(), run: { ...run, running }, byId: () => null }).visits;
    expect(heard(false).map(({ cell }) => cell.verdict)).toEqual(['not_reached']);
    expect(
      heard(true).map(({ cell }) => cell.verdict),
      'while it is called again',
    ).toEqual(['allowed']);
  });
});

describe('the role switches', () => {
  const of = (more: object = {}) => {
    const told = { label: 'reader-bot', name: 'reader-bot', userId: '1', report: null, sandbox: null };
    return { ...told, roles: ['read:messages'], cells: [], ...more };
  };
  const managed = { user_name: 'ada', organization: 'Acme', state: 'ok' as const, finding: null };

  it('are those that the door asks for', () => {
    expect(roleSwitches(workspace({ management: managed }), of(), PLACE, true)).toEqual({
      roles: [{ key: 'read:messages', held: true }],
      userId: '1',
    });
  });

  it.each([
    ['a shipped story', workspace(), null, null, false, /Start the sandbox/],
    ['a shipped story beside a run', workspace(), null, null, true, /Choose Live/],
    [
      'nobody',
      workspace({ management: managed }),
      of({ label: 'nobody', userId: null }),
      PLACE,
      true,
      /in no register/,
    ],
    [
      'a door without roles',
      workspace({ management: managed }),
      of(),
      { ...PLACE, path: '/api/public' },
      true,
      /no role/,
    ],
    ['nobody may change', workspace(), of(), PLACE, true, /personal access token in Setup/],
    [
      'a refused token',
      workspace({ management: { ...managed, state: 'wrong' } }),
      of(),
      PLACE,
      true,
      /personal access token/,
    ],
  ] as const)('are not there for %s, and it says why', (_, set, told, place, called, why) => {
    expect(roleSwitches(set, told && { ...told, roles: [], cells: [] }, place, called)).toEqual({
      roles: null,
      why: expect.stringMatching(why),
    });
  });
});

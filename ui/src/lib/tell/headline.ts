// The first line of the roll call: one sentence that says the result. And the line of counts below.

import type { Finding, WorkspaceView } from '$lib/contract';
import { isToCome, type Matrix, type MatrixRow, type ShownCell } from '$lib/state/matrix';
import { somethingWrong } from '$lib/state/ready';
import { answersIn, type RunState } from '$lib/state/run';
import { faultsOf } from '$lib/state/target';
import { afterColon, count } from './phrase';
import { ago } from './time';

export type HeadlineTone = 'ready' | 'busy' | 'good' | 'open' | 'odd';

export interface Headline {
  tone: HeadlineTone;
  text: string;
}

export function headlineOf(workspace: WorkspaceView, matrix: Matrix, run: RunState): Headline {
  const cells = matrix.rows.flatMap((row) => row.cells);
  if (!run.report) return unasked(workspace);
  if (run.running) return { tone: 'busy', text: `Calling: ${progress(run, cells)}` };
  if (run.report.finding) return { tone: 'odd', text: sentence(run.report.finding.title) };

  const surprises = cells.filter((shown) => isSurprise(shown));
  if (surprises.length > 0) return { tone: 'odd', text: surprise(surprises) };
  const tokenless = matrix.rows.filter((row) => row.report?.finding);
  if (tokenless.length > 0) return { tone: 'odd', text: withoutToken(tokenless) };
  const refused = run.report.api.finding;
  if (refused && !run.cancelled) return { tone: 'odd', text: sentence(refused.title) };
  const failed = cells.filter((shown) => shown.cell?.verdict === 'failed');
  if (failed.length > 0) {
    return { tone: 'odd', text: `The API gave no clear answer to ${count(failed.length, 'call')}` };
  }
  if (run.cancelled) return { tone: 'open', text: `Stopped after ${progress(run, cells)}` };
  const own = ofOwnApi(run.report.target ? faultsOf(run.report.target) : []);
  if (own) return { tone: 'odd', text: own };

  const open = cells.filter(isUnjudged).length;
  if (open > 0) return { tone: 'open', text: `No surprises, and ${count(open, 'answer')} for you to judge` };
  return { tone: 'good', text: 'Everyone gets in where they should, and nowhere else' };
}

function unasked(workspace: WorkspaceView): Headline {
  if (somethingWrong(workspace)) {
    return { tone: 'odd', text: 'Something in Setup is wrong' };
  }
  const ready = workspace.issuer.typed !== '' && workspace.api_key !== null && workspace.users.length > 0;
  return { tone: 'ready', text: ready ? 'Ready to call the roll' : 'Not quite ready to call the roll' };
}

/** `5 of 12 answers`: of the cells that this run asks. */
function progress(run: RunState, cells: ShownCell[]): string {
  const done = answersIn(run);
  const still = cells.filter(isToCome).length;
  const unreached = run.running ? 0 : cells.filter((shown) => shown.cell?.verdict === 'not_reached').length;
  return `${done} of ${count(done + still + unreached, 'answer')}`;
}

const isSurprise = (shown: ShownCell) => shown.asExpected === false && shown.cell?.verdict !== 'failed';

export const isUnjudged = (shown: ShownCell) =>
  shown.phase === 'done' &&
  shown.expected === null &&
  (shown.cell?.verdict === 'allowed' || shown.cell?.verdict === 'refused');

function surprise(cells: ShownCell[]): string {
  const names = [...new Set(cells.map((shown) => shown.name))];
  const getsIn = cells.every((shown) => shown.cell?.verdict === 'allowed');
  const staysOut = cells.every((shown) => shown.cell?.verdict === 'refused');
  const one = names.length === 1;
  const who = names.length <= 2 ? names.join(' and ') : `${names.length} callers`;
  if (getsIn) return `${who} ${one ? 'gets in where it' : 'get in where they'} should not`;
  if (staysOut) return `${who} ${one ? 'stays out where it' : 'stay out where they'} should get in`;
  return `${cells.length} answers are not as they should be`;
}

function withoutToken(rows: MatrixRow[]): string {
  const [first] = rows;
  if (rows.length > 1 || !first?.report?.finding) {
    return `${count(rows.length, 'caller')} got no token`;
  }
  return `${first.name} got no token: ${afterColon(itself(first.report.finding.title, first.name))}`;
}

/** One fault says itself what it is, also that nobody answers there. */
function ofOwnApi(faults: Finding[]): string | null {
  const [first] = faults;
  if (!first) return null;
  return faults.length === 1 ? sentence(first.title) : `Your own API has ${count(faults.length, 'fault')}`;
}

/** The name stands at the sentence's head already. */
function itself(title: string, name: string): string {
  if (title.startsWith(`${name} is `)) return title.replace(name, 'it');
  return title.replace(`the key of ${name}`, 'its key');
}

export const sentence = (title: string) => title.replace(/\.$/, '');

/**
 * The second line: who was called where, when, and how the answers divide. `now` is `null` while they are
 * called again and again: when the last time was is then said elsewhere, and soon over.
 */
export function countsOf(matrix: Matrix, run: RunState, now: number | null): string {
  const callers = count(matrix.rows.length, 'caller');
  const doors = count(matrix.doors.length, 'door');
  if (!run.report) return `${callers} and ${doors}. Nothing has been called yet.`;
  const when =
    run.running || now === null ? '' : `, called ${ago(run.finishedAt ?? run.startedAt ?? '', now)}`;
  return [`${callers} at ${doors}${when}.`, ...verdicts(matrix)].join(' ');
}

function verdicts(matrix: Matrix): string[] {
  const cells = matrix.rows.flatMap((row) => row.cells);
  const done = cells.filter((shown) => shown.phase === 'done');
  const how = (pass: (shown: ShownCell) => boolean) => done.filter(pass).length;
  const expected = how((shown) => shown.asExpected === true);
  const parts = [
    expected > 0 && expected === cells.length
      ? `All ${expected} answers are as expected.`
      : phrase(expected, 'as expected'),
    phrase(how(isSurprise), 'not as expected'),
    phrase(how(isUnjudged), 'without an expectation'),
    phrase(
      how((shown) => shown.cell?.verdict === 'failed'),
      'failed',
    ),
    phrase(
      how((shown) => shown.cell?.verdict === 'not_reached'),
      'not reached',
    ),
  ];
  return parts.filter((part) => part !== null);
}

const phrase = (n: number, words: string) => (n > 0 ? `${n} ${words}.` : null);

// What a finding offers to do, on its way: asked about first where it changes somebody's own
// ZITADEL, then waited for until a roll call shows whether it helped.

import type { Action, Finding, FindingCode, Report, WorkspaceView } from '$lib/contract';
import { admits } from '$lib/tell/rule';
import type { Matrix, ShownCell } from './matrix';

/** Where a finding stands: at a cell, a row (no path), or everything (neither). */
export interface FindingPlace {
  code: FindingCode;
  label: string | null;
  path: string | null;
}

/** Long enough to be noticed by whoever looked elsewhere. */
const STAYS_MS = 8_000;

export class Fixes {
  /** Shown before it is sent. */
  asking = $state.raw<{ action: Action; at: FindingPlace } | null>(null);
  /** What has just been mended. */
  done = $state.raw<FindingPlace | null>(null);
  #waiting: FindingPlace | null = null;

  began(at: FindingPlace): void {
    this.#waiting = at;
    this.done = null;
  }

  failed(): void {
    this.#waiting = null;
  }

  /** After everything was called again: whether it helped; `null` where nothing was waited for. */
  settle(workspace: WorkspaceView | null, report: Report | null): boolean | null {
    const at = this.#waiting;
    if (!at) return null;
    this.#waiting = null;
    if (findingsAt(at, workspace, report).some((finding) => finding.code === at.code)) return false;
    this.done = at;
    setTimeout(() => {
      if (this.done === at) this.done = null;
    }, STAYS_MS);
    return true;
  }

  isDone(label: string | null, path: string | null): boolean {
    const { done } = this;
    return done !== null && done.label === label && (done.path === null || done.path === path);
  }
}

function findingsAt(at: FindingPlace, workspace: WorkspaceView | null, report: Report | null): Finding[] {
  const row = report?.users.find((one) => one.label === at.label);
  const cell = row?.cells.find((one) => one.path === at.path);
  const all =
    at.path !== null
      ? [cell?.finding, row?.finding]
      : at.label !== null
        ? [row?.finding, ...(row?.notes ?? [])]
        : [report?.finding, report?.api.finding, ...(report?.notes ?? []), ...inSetup(workspace)];
  return all.filter((finding) => finding != null);
}

function inSetup(workspace: WorkspaceView | null): (Finding | null | undefined)[] {
  const keys = [workspace?.api_key, ...(workspace?.users.map((user) => user.key) ?? [])];
  return [workspace?.issuer.finding, ...keys.map((key) => key?.finding)];
}

/** Whether it changes what an administrator of ZITADEL rules over. */
export function isManaging(action: Action): boolean {
  return action.do === 'give_role' || action.do.startsWith('switch_on_');
}

/** Whether Rolecall may do such things here at all. */
export function mayManage(workspace: WorkspaceView | null): boolean {
  return workspace?.sandbox != null || workspace?.management?.state === 'ok';
}

/** A real ZITADEL, to which everything is shown before it is sent. */
export function asksFirst(action: Action, workspace: WorkspaceView | null): boolean {
  return isManaging(action) && workspace?.sandbox == null;
}

/** What it would open to somebody who is expected to stay out. */
export function unwantedBy(action: Action, at: FindingPlace, matrix: Matrix): ShownCell[] {
  const row = matrix.rows.find(({ label }) => label === at.label);
  const held = row?.roles ?? [];
  const opens = ({ door: { access, path } }: ShownCell) =>
    action.do === 'give_role'
      ? !admits(access, held) && admits(access, [...held, action.role])
      : action.do === 'switch_on_authorization' && path === at.path;
  return row?.cells.filter((shown) => shown.expected === 'deny' && opens(shown)) ?? [];
}

/** The cell that a finding stands in, where it stands in one. */
export const cellOf = (at: FindingPlace | null, { rows }: Matrix): ShownCell | undefined =>
  rows.find(({ label }) => label === at?.label)?.cells.find(({ door }) => door.path === at?.path);

/** What was mended may have let in whom nobody meant to. */
export const mendedWord = (shown: ShownCell | undefined): 'Fixed' | 'Done' =>
  shown?.asExpected === false ? 'Done' : 'Fixed';

/** The row to be called again afterwards; `null` for all. */
export function rowAfter(action: Action, at: FindingPlace, matrix: Matrix): string | null {
  switch (action.do) {
    case 'ask_anew':
      return action.user;
    case 'give_role':
    case 'switch_on_user':
    case 'switch_on_authorization':
      return matrix.rows.find((row) => row.userId === action.user_id)?.label ?? at.label;
    case 'call_again':
      return at.label;
    default:
      return null;
  }
}

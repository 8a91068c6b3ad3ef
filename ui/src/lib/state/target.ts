// Somebody's own API beside the reference. Pure.

import type { Cell, Endpoint, Finding, Report, TargetProbe, TargetReport } from '$lib/contract';

/** What somebody's own API answered where the reference answered too. */
export interface OwnAnswer {
  cell: Cell;
  /** Another answer than the reference's. */
  differs: boolean;
}

export function ownAnswer(
  target: TargetReport | null | undefined,
  label: string,
  door: Endpoint,
  reference: Cell | null,
): OwnAnswer | null {
  const row = target?.users.find((one) => one.label === label);
  const cell = row?.cells.find((one) => one.path === door.path && one.method === door.method);
  if (!cell || cell.verdict === 'not_reached') return null;
  return { cell, differs: reference !== null && reference.status !== cell.status };
}

/** What is wrong with it; notes are only worth knowing. */
export const faultsOf = ({ findings }: TargetReport): Finding[] =>
  findings.filter(({ kind }) => kind === 'cause');

/** Before any of its doors was reached nothing can be said of it. */
export const wasReached = ({ users }: TargetReport): boolean =>
  users.some(({ cells }) => cells.some(({ verdict }) => verdict !== 'not_reached'));

/** Whoever lets in may say so in more ways than 200. */
export const isRightStatus = ({ status, right_status: right }: TargetProbe): boolean =>
  status === right || (right === 200 && status !== null && status > 200 && status < 300);

/** How many of the answers are other ones than the reference's. */
export function differences(report: Report | null): number {
  if (!report?.target) return 0;
  return report.users
    .flatMap((row) =>
      row.cells.map((cell) =>
        ownAnswer(report.target, row.label, { ...cell, access: { rule: 'public' } }, cell),
      ),
    )
    .filter((own) => own?.differs).length;
}

// Which rows and doors of the matrix somebody wants to see. Pure.

import type { Endpoint, Report } from '$lib/contract';
import type { Matrix, MatrixRow } from './matrix';
import { ownAnswer } from './target';

export interface Sifting {
  query: string;
  onlyDiffering: boolean;
}

/**
 * Each word narrows: to the callers that it is found in, or, where it is found in none, to the doors.
 * What begins with a slash can only mean a door.
 */
export function sifted(matrix: Matrix, { query, onlyDiffering }: Sifting, report: Report | null): Matrix {
  let { rows, doors } = matrix;
  if (onlyDiffering) rows = rows.filter((row) => differs(row, report));
  for (const word of query.toLowerCase().split(/\s+/).filter(Boolean)) {
    const callers = word.startsWith('/') ? [] : rows.filter((row) => names(row, word));
    const knocked = doors.filter((door) => door.path.toLowerCase().includes(word));
    if (callers.length === 0 && knocked.length > 0) doors = knocked;
    else rows = callers;
  }
  if (doors === matrix.doors) return { doors, rows };
  return { doors, rows: rows.map((row) => ({ ...row, cells: cellsAt(row, doors) })) };
}

const cellsAt = (row: MatrixRow, doors: Endpoint[]) => row.cells.filter(({ door }) => doors.includes(door));

const names = ({ label, name, userId, roles }: MatrixRow, word: string) =>
  [label, name, userId ?? '', ...(roles ?? [])].some((text) => text.toLowerCase().includes(word));

/** Something here is not as it should be: an answer, a token that did not come, or somebody's own API. */
export function differs(row: MatrixRow, report: Report | null): boolean {
  if (row.report?.finding) return true;
  return row.cells.some(
    (shown) =>
      shown.asExpected === false ||
      (report?.target && ownAnswer(report.target, row.label, shown.door, shown.cell)?.differs),
  );
}

export const countDiffering = ({ rows }: Matrix, report: Report | null): number =>
  rows.filter((row) => differs(row, report)).length;

// What is broken on purpose in the sandbox. Pure.

import type { FaultFamily, FaultView, WorkspaceView } from '$lib/contract';

export function brokenIn(workspace: WorkspaceView | null): FaultView[] {
  return workspace?.sandbox?.faults.filter((fault) => fault.on) ?? [];
}

/** As the command line names it: `slow@token=3000`. */
export function named({ id, value }: FaultView): string {
  return value ? `${id}=${value.amount}` : id;
}

/** All names to be set so that one fault is switched, or has another amount. */
export function switched(faults: FaultView[], id: string, on: boolean, amount?: number): string[] {
  return faults
    .map((fault) => (fault.id === id ? withAmount({ ...fault, on }, amount) : fault))
    .filter((fault) => fault.on)
    .map(named);
}

function withAmount(fault: FaultView, amount: number | undefined): FaultView {
  return fault.value && amount !== undefined ? { ...fault, value: { ...fault.value, amount } } : fault;
}

/** In the order of the path from files to answer, each family once. */
export function byFamily(faults: FaultView[]): { family: FaultFamily; faults: FaultView[] }[] {
  return [...new Set(faults.map(({ family }) => family))].map((family) => ({
    family,
    faults: faults.filter((fault) => fault.family === family),
  }));
}

// What somebody says should happen.

import type { Backend } from '$lib/backend';
import type { Expected, SetExpectation } from '$lib/contract';
import { isUnjudged } from '$lib/tell/headline';
import { count } from '$lib/tell/phrase';
import type { Matrix, ShownCell } from './matrix';
import type { Notices } from './notices.svelte';
import type { Undo } from './undo';

export class Expecting {
  constructor(
    private readonly backend: Backend,
    private readonly notices: Notices,
    private readonly undo: Undo,
  ) {}

  /** `null` takes back what was said. */
  say({ label, door }: ShownCell, expected: Expected | null): Promise<boolean> {
    return this.#set([{ user: label, endpoint: door.path, expected }]);
  }

  /** What came, where nobody has said anything, is right: it is expected from now on. */
  async allRight(matrix: Matrix): Promise<boolean> {
    const said = unjudged(matrix).map(asItIs);
    if (!(await this.#set(said))) return false;
    const unsaid = said.map((one) => ({ ...one, expected: null }));
    const words = `${count(said.length, 'answer')} accepted as right`;
    this.undo.offer(words, () => void this.#set(unsaid));
    return true;
  }

  #set(said: SetExpectation[]): Promise<boolean> {
    return this.notices.try(this.backend.setExpectations(said));
  }
}

/** The answers of which nobody has said anything. */
export const unjudged = ({ rows }: Matrix): ShownCell[] =>
  rows.flatMap(({ cells }) => cells.filter(isUnjudged));

const asItIs = ({ label, door, cell }: ShownCell): SetExpectation => ({
  user: label,
  endpoint: door.path,
  expected: cell?.verdict === 'allowed' ? 'allow' : 'deny',
});

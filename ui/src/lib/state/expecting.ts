// What somebody says should happen.

import type { Backend } from '$lib/backend';
import type { Expected, SetExpectation } from '$lib/contract';
import { isUnjudged } from '$lib/tell/headline';
import { count } from '$lib/tell/phrase';
import type { Known } from './known';
import type { Matrix, ShownCell } from './matrix';
import type { Notices } from './notices.svelte';
import type { Undo } from './undo';

export class Expecting {
  constructor(
    private readonly backend: Backend,
    private readonly known: Known,
    private readonly notices: Notices,
    private readonly undo: Undo,
  ) {}

  /** `null` takes back what was said. */
  say({ label, door }: ShownCell, expected: Expected | null): Promise<boolean> {
    return this.#set([{ user: label, endpoint: door.path, expected }]);
  }

  /** The answers of which nobody has said anything, and which can be called right without a look at each. */
  unjudged({ rows }: Matrix): ShownCell[] {
    return rows.flatMap(({ cells }) => cells.filter((shown) => isUnjudged(shown) && this.#isPlain(shown)));
  }

  /** They are expected from now on as they came. */
  async markRight(matrix: Matrix): Promise<void> {
    const said = this.unjudged(matrix).map(asItIs);
    if (said.length === 0 || !(await this.#set(said))) return;
    this.undo.offer(`${count(said.length, 'answer')} marked as right`, () => this.#takeBack(said));
  }

  /**
   * What a fault brought about is no example. And what is said is said of a path: two methods of one may
   * have come out differently.
   */
  #isPlain({ cell, door: { path } }: ShownCell): boolean {
    const usual = !cell?.finding || cell.finding.code === 'role_missing';
    return usual && this.known.matrix.doors.filter((door) => door.path === path).length === 1;
  }

  /** What was said since counts more. */
  #takeBack(said: SetExpectation[]): void {
    const now = this.known.workspace?.expectations ?? [];
    const still = said.filter(({ user, endpoint, expected }) =>
      now.some((one) => one.user === user && one.endpoint === endpoint && one.expected === expected),
    );
    void this.#set(still.map((one) => ({ ...one, expected: null })));
  }

  #set(said: SetExpectation[]): Promise<boolean> {
    return this.notices.try(this.backend.setExpectations(said));
  }
}

const asItIs = ({ label, door, cell }: ShownCell): SetExpectation => ({
  user: label,
  endpoint: door.path,
  expected: cell?.verdict === 'allowed' ? 'allow' : 'deny',
});

// What the window knows just now, for those who act on it and leave it to events to change it.

import type { WorkspaceView } from '$lib/contract';
import type { Matrix } from './matrix';
import type { RunState } from './run';

export interface Known {
  readonly workspace: WorkspaceView | null;
  readonly run: RunState;
  readonly matrix: Matrix;
}

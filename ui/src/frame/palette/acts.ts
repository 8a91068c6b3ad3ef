// Everything that can be done and gone to right now. What cannot be done now is left out.

import type { App } from '$lib/app.svelte';
import type { Act } from './act';
import { calls } from './calls';
import { cells, users } from './people';
import { looks } from './looks';
import { places } from './places';
import { sandbox } from './sandbox';
import { files } from './files';

export function actsOf(app: App): Act[] {
  return [
    ...calls(app),
    ...places(app),
    ...files(app),
    ...looks(app),
    ...users(app),
    ...sandbox(app),
    ...cells(app),
  ];
}

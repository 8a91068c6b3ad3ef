// Palette: callers with their tokens, and each cell of the matrix.

import type { App } from '$lib/app.svelte';
import { NOBODY } from '$lib/contract';
import type { ShownCell } from '$lib/state/matrix';
import type { Act } from './act';

export function users(app: App): Act[] {
  const { backend } = app;
  return app.matrix.rows.flatMap(({ label, name, report }): Act[] => {
    if (label === NOBODY || !report?.token) return [];
    const of = { group: name, quiet: true };
    return [
      {
        ...of,
        id: `token:${label}`,
        title: `Look at ${name}'s token`,
        words: 'claims scopes',
        run: () => app.view.showToken(label),
      },
      {
        ...of,
        id: `copy-token:${label}`,
        title: `Copy ${name}'s token`,
        words: 'clipboard',
        run: () => void app.try(backend.copyToken(label), `${name}'s token is on the clipboard`),
      },
      {
        ...of,
        id: `copy-export:${label}`,
        title: `Copy export TOKEN=… of ${name}`,
        words: 'clipboard shell curl',
        run: () => void app.try(backend.copyExport(label), 'The export line is on the clipboard'),
      },
    ];
  });
}

export function cells(app: App): Act[] {
  return app.matrix.rows.flatMap(({ label, cells: row }) =>
    row
      .filter(({ phase }) => phase === 'done')
      .map((shown): Act => ({
        id: `cell:${label}:${shown.door.method}:${shown.door.path}`,
        group: 'Why',
        title: whyWords(shown),
        words: 'explain compare reason cell',
        quiet: true,
        run: () => {
          app.view.choose({ label, ...shown.door });
          app.view.go('rollcall');
        },
      })),
  );
}

function whyWords({ name, door, cell }: ShownCell): string {
  if (cell?.verdict === 'allowed') return `Why ${name} gets in at ${door.path}`;
  if (cell?.verdict === 'refused') return `Why ${name} stays out at ${door.path}`;
  return `Why ${name} has no answer at ${door.path}`;
}

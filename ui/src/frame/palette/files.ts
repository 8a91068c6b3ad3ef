// Palette: workspaces, keys, reports and the guide's .env file.

import type { App } from '$lib/app.svelte';
import type { ReportFormat } from '$lib/contract';
import { CTRL } from '../keys';
import { REPORTS } from '../reports';
import type { Act } from './act';

const GROUP = 'Files';

export function files(app: App): Act[] {
  const { backend, workspace } = app;
  const acts: Act[] = [
    {
      id: 'add-keys',
      group: GROUP,
      title: 'Add key files…',
      words: 'pick',
      keys: `${CTRL} O`,
      run: () => void app.pickKeys(),
    },
    { id: 'save', group: GROUP, title: 'Save the workspace', keys: `${CTRL} S`, run: () => void app.save() },
    {
      id: 'open',
      group: GROUP,
      title: 'Open a workspace…',
      run: () => void app.openWorkspace(() => backend.pickWorkspace()),
    },
    { id: 'new', group: GROUP, title: 'New workspace', run: () => void app.newWorkspace() },
    {
      id: 'try-sandbox',
      group: GROUP,
      title: 'Open the sandbox',
      words: 'try built-in',
      run: () => void app.openSandbox(),
    },
    {
      id: 'env-read',
      group: GROUP,
      title: 'Read a .env file…',
      words: 'import',
      run: () => void app.importEnv(),
    },
  ];
  if (workspace?.api_key && workspace.issuer.typed !== '') {
    acts.push({
      id: 'env-write',
      group: GROUP,
      title: 'Write a .env file…',
      words: 'export',
      run: () => void app.handing.env(),
    });
  }
  if (workspace?.undo) {
    acts.push({
      id: 'undo',
      group: GROUP,
      title: `Put ${workspace.undo} back`,
      words: 'undo',
      keys: `${CTRL} Z`,
      run: () => app.undo.putBack(),
    });
  }
  return [...acts, ...(app.run.report && !app.run.running ? reports(app) : []), ...recent(app)];
}

const reports = (app: App): Act[] =>
  REPORTS.map(({ format, title }: { format: ReportFormat; title: string }) => ({
    id: `report:${format}`,
    group: GROUP,
    title: `Hand on a report: ${title}`,
    words: 'export save',
    run: () => void app.handing.report(format),
  }));

const recent = (app: App): Act[] =>
  app.recent.list
    .filter(({ gone, path }) => !gone && path !== app.workspace?.path)
    .map(({ name, path }) => ({
      id: `recent:${path}`,
      group: GROUP,
      title: `Open ${name}`,
      words: `recent workspace ${path}`,
      run: () => void app.openWorkspace(() => app.backend.openWorkspace(path)),
    }));

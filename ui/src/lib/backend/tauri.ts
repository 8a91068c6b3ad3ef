// The only file that speaks with Tauri. It turns these camelCase arguments into a command's own.

import { invoke } from '@tauri-apps/api/core';
import { getCurrentWebview } from '@tauri-apps/api/webview';
import type { RolecallEvent } from '$lib/contract';
import { drawn } from '$lib/frame';
import type { Backend, DropState } from './backend';

/** Among the events: all that happened before this was asked has been told. */
interface CaughtUp {
  caught_up: number;
}

const waiting = new Map<number, () => void>();
let questions = 0;

/**
 * What a command changed may not have been told when it is answered; whoever changed it sees it. What
 * stands in the way of one that is refused is told among the events as well.
 */
async function change<T = void>(command: string, args?: Record<string, unknown>): Promise<T> {
  try {
    return await invoke<T>(command, args);
  } finally {
    const question = (questions += 1);
    const told = new Promise<void>((resolve) => waiting.set(question, resolve));
    await invoke('catch_up', { question });
    await told;
  }
}

export const tauri: Backend = {
  async subscribe(onEvents) {
    const listener = await invoke<number>('listen');
    let heard = 0;
    const hear = async () => {
      const told = await invoke<(RolecallEvent | CaughtUp)[] | null>('next_events', { listener, heard });
      if (!told) return false;
      heard += told.length;
      try {
        onEvents(told.filter((one) => 'type' in one));
      } finally {
        for (const one of told) {
          if ('type' in one) continue;
          waiting.get(one.caught_up)?.();
          waiting.delete(one.caught_up);
        }
      }
      return true;
    };
    const hearOn = async () => {
      for (let more = true; more;) {
        // Being told more while it draws, it would be ever further behind; who changed something waits.
        if (waiting.size === 0) await drawn();
        more = await hear().catch(async (error: unknown) => {
          // Whatever could not be taken in, it hears of what comes after.
          reportError(error);
          await drawn();
          return true;
        });
      }
    };
    await hear().finally(() => void hearOn());
  },
  async onFiles(onDrop) {
    await getCurrentWebview().onDragDropEvent(({ payload }) => {
      const drop: DropState | null =
        payload.type === 'drop'
          ? { state: 'dropped', paths: payload.paths }
          : payload.type === 'leave'
            ? { state: 'away' }
            : payload.type === 'enter'
              ? { state: 'over' }
              : null;
      if (drop) onDrop(drop);
    });
  },
  startOptions: () => invoke('start_options'),

  openSandbox: () => change('open_sandbox'),
  newWorkspace: () => change('new_workspace'),
  pickWorkspace: () => change('pick_workspace'),
  openWorkspace: (path) => change('open_workspace', { path }),
  saveWorkspace: (path) => change<string | null>('save_workspace', { path }),
  recentWorkspaces: () => invoke('recent_workspaces'),
  forgetRecent: (path) => invoke('forget_recent', { path }),

  importEnv: (path) => change('import_env', { path }),
  exportEnv: (path) => invoke('export_env', { path }),

  pickKeyFiles: () => change('pick_key_files'),
  addKeyFiles: (paths) => change('add_key_files', { paths }),
  removeUser: (label) => change('remove_user', { label }),
  removeApiKey: () => change('remove_api_key'),
  locateKey: (path, found) => change('locate_key', { path, found }),
  undo: () => change('undo'),
  setSettings: (settings) => change('set_settings', { settings }),
  pickCaFile: () => change('pick_ca_file'),
  setIssuer: (typed, allowHttp) => change('set_issuer', { typed, allowHttp }),
  setProjectId: (projectId) => change('set_project_id', { projectId }),
  setScopes: (scopes) => change('set_scopes', { scopes }),
  setEndpoints: (endpoints) => change('set_endpoints', { endpoints }),
  setExpectations: (said) => change('set_expectations', { said }),

  callTheRoll: (user, endpoint) => change('call_the_roll', { user, endpoint }),
  stopTheRoll: () => change('stop_the_roll'),

  giveRole: (userId, role) => change('give_role', { userId, role }),
  takeRole: (userId, role) => change('take_role', { userId, role }),
  setUserState: (userId, state) => change('set_user_state', { userId, state }),
  setTokenType: (userId, tokenType) => change('set_token_type', { userId, tokenType }),
  setFaults: (faults) => change('set_faults', { faults }),
  setDialect: (dialect) => change('set_dialect', { dialect }),

  applyFix: (action) => change('apply_fix', { action }),
  setPersonalAccessToken: (token) => change('set_personal_access_token', { token }),

  startWatch: (user, endpoint, intervalMs, minutes) =>
    change('start_watch', { user, endpoint, intervalMs, minutes }),
  stopWatch: () => change('stop_watch'),

  setTarget: (url, allowPublic) => change('set_target', { url, allowPublic }),

  inspectToken: (text) => invoke('inspect_token', { text }),
  introspectToken: (text) => invoke('introspect_token', { text }),

  openExchange: (id) => invoke('open_exchange', { id }),
  findExchanges: (words) => invoke('find_exchanges', { words }),

  reveal: (slot) => invoke('reveal', { slot }),
  copyToken: (label) => invoke('copy_token', { label }),
  copyExport: (label) => invoke('copy_export', { label }),
  copyCurl: (exchange, withSecrets) => invoke('copy_curl', { exchange, withSecrets }),
  copyText: (text) => invoke('copy_text', { text }),
  openPage: (url) => invoke('open_page', { url }),
  openLogFolder: () => invoke('open_log_folder'),
  closingHeard: () => invoke('closing_heard'),
  closeWindow: () => invoke('close_window'),
  setZoom: (factor) => invoke('set_zoom', { factor }),
  saveReport: (format, path) => invoke('save_report', { format, path }),
  saveText: (suggestedName, text) => invoke('save_text', { suggestedName, text }),
};

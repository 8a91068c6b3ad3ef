// The only file that speaks with Tauri. It turns these camelCase arguments into a command's own.

import { Channel, invoke } from '@tauri-apps/api/core';
import { getCurrentWebview } from '@tauri-apps/api/webview';
import type { RolecallEvent } from '$lib/contract';
import type { Backend, DropState } from './backend';

export const tauri: Backend = {
  subscribe(onEvent) {
    const channel = new Channel<RolecallEvent>();
    channel.onmessage = onEvent;
    return invoke('subscribe', { channel });
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

  openSandbox: () => invoke('open_sandbox'),
  newWorkspace: () => invoke('new_workspace'),
  pickWorkspace: () => invoke('pick_workspace'),
  openWorkspace: (path) => invoke('open_workspace', { path }),
  saveWorkspace: (path) => invoke('save_workspace', { path }),
  recentWorkspaces: () => invoke('recent_workspaces'),
  forgetRecent: (path) => invoke('forget_recent', { path }),

  pickKeyFiles: () => invoke('pick_key_files'),
  addKeyFiles: (paths) => invoke('add_key_files', { paths }),
  removeUser: (label) => invoke('remove_user', { label }),
  removeApiKey: () => invoke('remove_api_key'),
  setIssuer: (typed, allowHttp) => invoke('set_issuer', { typed, allowHttp }),
  setProjectId: (projectId) => invoke('set_project_id', { projectId }),
  setScopes: (scopes) => invoke('set_scopes', { scopes }),
  setEndpoints: (endpoints) => invoke('set_endpoints', { endpoints }),
  setExpectation: (user, endpoint, expected) => invoke('set_expectation', { user, endpoint, expected }),

  callTheRoll: (user, endpoint) => invoke('call_the_roll', { user, endpoint }),
  stopTheRoll: () => invoke('stop_the_roll'),

  giveRole: (userId, role) => invoke('give_role', { userId, role }),
  takeRole: (userId, role) => invoke('take_role', { userId, role }),
  setUserState: (userId, state) => invoke('set_user_state', { userId, state }),
  setTokenType: (userId, tokenType) => invoke('set_token_type', { userId, tokenType }),
  setFaults: (faults) => invoke('set_faults', { faults }),
  setDialect: (dialect) => invoke('set_dialect', { dialect }),

  applyFix: (action) => invoke('apply_fix', { action }),
  setPersonalAccessToken: (token) => invoke('set_personal_access_token', { token }),

  startWatch: (user, endpoint, intervalMs, minutes) =>
    invoke('start_watch', { user, endpoint, intervalMs, minutes }),
  stopWatch: () => invoke('stop_watch'),

  setTarget: (url, allowPublic) => invoke('set_target', { url, allowPublic }),

  inspectToken: (text) => invoke('inspect_token', { text }),
  introspectToken: (text) => invoke('introspect_token', { text }),

  reveal: (slot) => invoke('reveal', { slot }),
  copyToken: (label) => invoke('copy_token', { label }),
  copyExport: (label) => invoke('copy_export', { label }),
  copyCurl: (exchange, withSecrets) => invoke('copy_curl', { exchange, withSecrets }),
  copyText: (text) => invoke('copy_text', { text }),
  saveText: (suggestedName, text) => invoke('save_text', { suggestedName, text }),
};

// What claims are read against: which project and which API are ours, and the present.

import type { App } from '$lib/app.svelte';
import type { ClaimContext } from '$lib/tell/claims';

export function contextOf({ run, workspace, now }: App): ClaimContext {
  return {
    projectId: run.report?.project_id ?? workspace?.project_id ?? null,
    clientId: run.report?.client_id ?? null,
    now,
  };
}

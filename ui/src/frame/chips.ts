// What the frame says of the two ends. Pure.

import type { WorkspaceView } from '$lib/contract';

const host = (url: string) => url.replace(/^https?:\/\//, '').replace(/\/$/, '');

export function issuerWords({ issuer }: WorkspaceView): string {
  return host(issuer.discovered?.issuer ?? issuer.typed) || 'not set';
}

export function apiWords({ api }: WorkspaceView): string {
  return api ? host(api.base_url) : 'not running';
}

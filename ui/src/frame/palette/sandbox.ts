// Palette: what can be switched in the built-in issuer.

import type { App } from '$lib/app.svelte';
import type { SandboxUserView } from '$lib/contract';
import { brokenIn } from '$lib/state/faults';
import type { MatrixRow } from '$lib/state/matrix';
import type { Act } from './act';

const GROUP = 'Sandbox';

export function sandbox(app: App): Act[] {
  const world = app.workspace?.sandbox;
  if (!world) return [];
  const people = app.matrix.rows.flatMap((row) =>
    row.sandbox ? [...roles(app, row, row.sandbox, world.roles), ...states(app, row, row.sandbox)] : [],
  );
  const mend: Act = {
    id: 'mend',
    group: GROUP,
    title: 'Mend everything in the sandbox',
    words: 'faults broken repair',
    run: () => app.mending.breakIt(null),
  };
  const faults = world.faults.map(({ id, title, on }): Act => ({
    id: `fault:${id}`,
    group: GROUP,
    title: on ? `Mend: ${title}` : `Break: ${title}`,
    words: 'fault',
    quiet: true,
    run: () => app.mending.breakIt(id, !on),
  }));
  return [...(brokenIn(app.workspace).length > 0 ? [mend] : []), ...people, ...faults];
}

function roles(app: App, { label, name }: MatrixRow, user: SandboxUserView, all: string[]): Act[] {
  return all.map((role): Act => {
    const held = user.roles.includes(role);
    const { user_id } = user;
    const work = () => (held ? app.backend.takeRole(user_id, role) : app.backend.giveRole(user_id, role));
    return {
      id: `role:${label}:${role}`,
      group: GROUP,
      title: held ? `Take ${role} from ${name}` : `Give ${name} the role ${role}`,
      words: 'role give take flip',
      run: () => void app.mending.change(label, work(), role),
    };
  });
}

function states(app: App, { label, name }: MatrixRow, { user_id, state }: SandboxUserView): Act[] {
  const to = state === 'active' ? 'locked' : 'active';
  return [
    {
      id: `lock:${label}`,
      group: GROUP,
      title: to === 'locked' ? `Lock ${name}` : `Make ${name} active again`,
      words: 'unlock account state',
      quiet: true,
      run: () => void app.mending.change(label, app.backend.setUserState(user_id, to)),
    },
  ];
}

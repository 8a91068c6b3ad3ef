// What somebody pastes into a card: an address of ZITADEL's console, or an id.

/** Ids in a console's address, such as `/ui/console/projects/400/apps/401`. */
export function idsIn(text: string): { project: string | null; app: string | null } {
  const id = (part: string) => new RegExp(`/${part}/(\\d+)(?=[/?#]|$)`).exec(text.trim())?.[1] ?? null;
  return { project: id('projects'), app: id('apps') };
}

/** Whether it is an address and not a bare word or number. */
const isAddress = (text: string) => text.includes('/') && /^(https?:\/\/)?[^\s/]+\//i.test(text.trim());

/** Why it is not the page of an API application; `null` when it is. */
export function notAnApplication(text: string): string | null {
  const { project, app } = idsIn(text);
  if (!isAddress(text) || !project) return 'This is not the address of a page in a project.';
  return app ? null : 'This is a project. Open its API application, and paste the address of that page.';
}

/** A project's id, bare or in an address of the console; `null` where it is neither. */
export function projectIn(text: string): { id: string; address: string | null } | null {
  const given = text.trim();
  if (/^\d+$/.test(given)) return { id: given, address: null };
  const { project } = idsIn(given);
  return project && isAddress(given) ? { id: project, address: given } : null;
}

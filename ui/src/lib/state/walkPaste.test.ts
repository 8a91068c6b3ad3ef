import { describe, expect, it } from 'vitest';
import { idsIn, notAnApplication, projectIn } from './walkPaste';

const AT = 'https://acme.zitadel.cloud/ui/console/projects/400';

describe('a pasted address of the console', () => {
  it.each([
    [`${AT}/apps/401`, '400', '401'],
    [`  ${AT}/apps/401?x=1#top `, '400', '401'],
    [`${AT}?id=roles`, '400', null],
    [`${AT}/apps/create`, '400', null],
    ['https://acme.zitadel.cloud/ui/console/projects/create', null, null],
    ['acme.zitadel.cloud', null, null],
  ])('%s', (text, project, app) => {
    expect(idsIn(text)).toEqual({ project, app });
  });

  it('is taken as an application only where it is one', () => {
    expect(notAnApplication(`${AT}/apps/401`)).toBeNull();
    expect(notAnApplication(AT)).toContain('This is a project');
    expect(notAnApplication('401')).toContain('not the address');
  });

  it('or a bare id names a project', () => {
    expect(projectIn(' 400 ')).toEqual({ id: '400', address: null });
    expect(projectIn(`${AT}?id=roles`)).toEqual({ id: '400', address: `${AT}?id=roles` });
    expect(projectIn('my project')).toBeNull();
    expect(projectIn('/projects/400'), 'no address without a host').toBeNull();
  });
});

import { expect, it } from 'vitest';
import { groupsOf, rowsOf } from '$lib/state/sequence';
import { lineOf } from './line';
import { exchange } from '../../testing/samples';
import { sequenceSvg } from './svg';

const drawn = (more: Parameters<typeof exchange>[1] = {}) =>
  sequenceSvg(rowsOf(groupsOf([lineOf(exchange(1, more))]), 'arrows'), 'A <title> & more');

it('draws the lanes, the caller, and an arrow there and back', () => {
  const svg = drawn();
  for (const words of ['ZITADEL', 'reader-bot', 'GET /api/private', '200 OK']) expect(svg).toContain(words);
  expect(svg.match(/stroke-width="1.5"/g)).toHaveLength(2);
});

it('needs nothing beside it and is whole XML, whatever came over the wire', () => {
  const url = 'http://api/<script>alert("1")</script>\u0001';
  const svg = drawn({ request: { method: 'G&T', url, headers: [], form: null } });
  const read = new DOMParser().parseFromString(svg, 'image/svg+xml');
  expect(read.querySelector('parsererror')).toBeNull();
  expect(svg).not.toContain('<script');
  expect(svg).not.toContain('\u0001');
  expect(svg).not.toMatch(/href|url\(|@import/);
});

it('dashes what was only a probe', () => {
  expect(drawn()).not.toContain('stroke-dasharray');
  expect(drawn({ purpose: 'probe' })).toContain('stroke-dasharray');
});

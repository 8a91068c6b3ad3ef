// Palette: light or dark, and how large.

import type { App } from '$lib/app.svelte';
import { TEXT_SIZES } from '$lib/state/sight.svelte';
import type { ThemeChoice } from '$lib/state/theme.svelte';
import { CTRL } from '../keys';
import type { Act } from './act';

const GROUP = 'Appearance';
const THEMES: [ThemeChoice, string][] = [
  ['light', 'Light'],
  ['dark', 'Dark'],
  ['system', 'Light or dark, as the system'],
];

export function looks(app: App): Act[] {
  const { theme, sight } = app;
  const themes = THEMES.filter(([choice]) => choice !== theme.choice).map(([choice, title]): Act => ({
    id: `theme:${choice}`,
    group: GROUP,
    title,
    words: 'theme colours',
    run: () => theme.choose(choice),
  }));
  const sizes = TEXT_SIZES.filter(({ size }) => size !== sight.text).map(({ size, title }): Act => ({
    id: `text:${size}`,
    group: GROUP,
    title: `${title} text`,
    words: 'text size font letters',
    run: () => {
      sight.choose(size);
      app.room.measure();
    },
  }));
  return [...themes, ...sizes, ...zooms(app)];
}

function zooms(app: App): Act[] {
  const all: [-1 | 0 | 1, string, string, string][] = [
    [1, 'zoom-in', 'Zoom in', '+'],
    [-1, 'zoom-out', 'Zoom out', '−'],
    [0, 'zoom-reset', 'Zoom: the size as designed', '0'],
  ];
  return all
    .filter(([step]) => app.sight.next(step) !== null)
    .map(([step, id, title, key]) => ({
      id,
      group: GROUP,
      title,
      words: 'larger smaller magnify',
      keys: `${CTRL} ${key}`,
      run: () => void app.sight.zoomBy(step),
    }));
}

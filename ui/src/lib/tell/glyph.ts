// The signs as letters of the font that `npm run signs` makes. The code points are those of Lucide's
// own font: `font/codepoints.json` in the package lucide-static.

import type { Sign } from './cell';

export const GLYPHS: Record<Sign, string> = {
  in: '\ue226',
  out: '\ue07e',
  odd: '\ue193',
  fault: '\ue45d',
  unreached: '\ue4b0',
  busy: '\ue10a',
  none: '',
};

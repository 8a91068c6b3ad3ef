// What is shipped holds neither the gallery nor the played backend. Runs after each build.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Words that stand in the sources of what stays here, and in nothing else. */
const MARKS = ['Rolecall: gallery', 'Thirty callers at eight doors', 'played-secret-of-slot'];

const files = readdirSync('dist', { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name));
const strays = files.filter((file) => {
  if (/gallery/i.test(file)) return true;
  if (!/\.(html|js|css)$/.test(file)) return false;
  const text = readFileSync(file, 'utf8');
  return MARKS.some((mark) => text.includes(mark));
});
if (files.length === 0 || strays.length > 0) {
  process.stderr.write(`These must not be shipped: ${strays.join(', ') || 'nothing was built'}\n`);
  process.exit(1);
}

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { drawPictures } from './draw.js';

/** Writes the pictures of the documentation: `npm run docs:pictures`. */
const folder = new URL('../../docs/public/pictures/', import.meta.url);
for (const [name, svg] of Object.entries(await drawPictures())) {
  writeFileSync(fileURLToPath(new URL(name, folder)), svg);
}

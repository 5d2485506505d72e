import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { drawPictures } from '../../build/pictures/draw.js';

it('draws the pictures that the documentation shows', async () => {
  const drawn = await drawPictures();
  expect(Object.keys(drawn)).toHaveLength(5);
  for (const [name, svg] of Object.entries(drawn)) {
    const kept = readFileSync(new URL(`../../docs/public/pictures/${name}`, import.meta.url), 'utf8');
    expect(kept, `${name}: run npm run docs:pictures`).toBe(svg);
    expect(svg).not.toMatch(/NaN|undefined/);
  }
});

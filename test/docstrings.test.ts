import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const BANNED = /\/\*\*\s*(?:\*\s*)?(?:What|Where|Who|Whether|How|When|Which|Why)\b.*/g;

it('docstrings begin with a verb or a noun phrase', () => {
  const wrong = ['src', 'examples'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .flatMap((name) => {
        const path = join(folder, name);
        return [...readFileSync(path, 'utf8').matchAll(BANNED)].map(([text]) => `${path}: ${text}`);
      }),
  );
  expect(wrong).toEqual([]);
});

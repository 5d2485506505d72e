import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const INDEX = readFileSync(`${ROOT}examples/README.md`, 'utf8');
const rows = INDEX.split('\n').filter((line) => /^\| (?!Example|---)/.test(line));

describe('the index of examples', () => {
  it('lists every example', () => {
    const folders = readdirSync(`${ROOT}examples`, { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    expect(folders.map(({ name }) => name).filter((name) => !INDEX.includes(name))).toEqual([]);
  });

  it.each(rows)('names one command that exists and a test: %s', (row) => {
    const [, , start = '', , test = ''] = row.split('|');
    const commands = [...start.matchAll(/`([^`]+)`/g)].map(([, command]) => command ?? '');
    expect(commands).toHaveLength(1);
    const [, script, file] = /^npm run ([\w:-]+)|^npx tsx (\S+)/.exec(commands[0] ?? '') ?? [];
    expect(script === undefined ? existsSync(ROOT + file) : script in packageJson.scripts).toBe(true);
    const [, path = ''] = /`([^`]+)`/.exec(test) ?? [];
    expect(path && existsSync(ROOT + path)).toBe(true);
  });
});

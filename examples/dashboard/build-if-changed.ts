import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** Builds the dashboard unless `dist` is newer than all of its sources. */

const HERE = fileURLToPath(new URL('.', import.meta.url));
const SOURCES = [
  'index.html',
  'vite.config.ts',
  'build-plugins.ts',
  'src',
  'public',
  '../../package-lock.json',
  '../../src/panel/csv',
];

function newestChange(path: string): number {
  const facts = statSync(path);
  if (!facts.isDirectory()) return facts.mtimeMs;
  return Math.max(facts.mtimeMs, ...readdirSync(path).map((name) => newestChange(`${path}/${name}`)));
}

const built = statSync(`${HERE}dist/index.html`, { throwIfNoEntry: false })?.mtimeMs ?? 0;
if (built < Math.max(...SOURCES.map((name) => newestChange(HERE + name)))) {
  process.stderr.write('Building the dashboard\n');
  // Tests have an environment of their own, in which React would be built for development.
  const { NODE_ENV } = process.env;
  process.env['NODE_ENV'] = 'production';
  await build({ configFile: `${HERE}vite.config.ts`, logLevel: 'warn' });
  if (NODE_ENV === undefined) delete process.env['NODE_ENV'];
  else process.env['NODE_ENV'] = NODE_ENV;
}

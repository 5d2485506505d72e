import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';

const PGLITE = new URL('../node_modules/@electric-sql/pglite/package.json', import.meta.url);

/** An empty database, made once on a machine, as making one takes four seconds of the processor and opening a copy one. */
let template: Promise<string> | undefined;

/** A new embedded database in memory. */
export async function memoryDatabase(): Promise<PGlite> {
  template ??= makeTemplate();
  return PGlite.create({ loadDataDir: new Blob([await readFile(join(await template, 'data.tar'))]) });
}

/** Makes a folder that holds a new embedded database, unless there is such a folder. */
export async function prepareDatabase(folder: string): Promise<void> {
  if (existsSync(folder)) return;
  template ??= makeTemplate();
  await cp(join(await template, 'folder'), folder, { recursive: true });
}

async function makeTemplate(): Promise<string> {
  const { version } = JSON.parse(await readFile(PGLITE, 'utf8'));
  const finished = join(tmpdir(), `commerce-forecast-database-${version}`);
  if (existsSync(finished)) return finished;
  const draft = await mkdtemp(`${finished}-`);
  const database = await PGlite.create(join(draft, 'folder'));
  const dump = await database.dumpDataDir('none');
  await database.close();
  await writeFile(join(draft, 'data.tar'), Buffer.from(await dump.arrayBuffer()));
  // Another process may have been first; its template is as good.
  await rename(draft, finished).catch(() => rm(draft, { recursive: true }));
  return finished;
}

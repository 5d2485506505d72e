import type { PGlite } from '@electric-sql/pglite';
import {
  type ArtifactStore,
  createModelRegistry,
  type ForecastSnapshot,
  type ModelRegistry,
  type SalesStorage,
  snapshotFromJson,
} from 'commerce-forecast';
import { FileSystemArtifactStore } from 'commerce-forecast/filesystem';
import { PostgresDocumentStore, PostgresStorage } from 'commerce-forecast/postgres';
import type pg from 'pg';

/** Sales, artifacts and registry that the scheduled jobs work on. */
export interface Installation {
  readonly storage: SalesStorage;
  readonly artifacts: ArtifactStore;
  readonly registry: ModelRegistry<ForecastSnapshot>;
}

/** Sales and registry in one database, models in a folder. */
export async function openInstallation(
  database: ({ readonly pool: pg.Pool } | { readonly pglite: PGlite }) & { readonly schema?: string },
  artifactFolder: string,
): Promise<Installation> {
  const storage = new PostgresStorage(database);
  const state = new PostgresDocumentStore(database);
  await storage.migrate();
  await state.migrate();
  const artifacts = new FileSystemArtifactStore({ directory: artifactFolder });
  const registry = createModelRegistry<ForecastSnapshot>({
    name: 'retail',
    artifacts,
    state,
    load: (content) => snapshotFromJson(JSON.parse(new TextDecoder().decode(content))),
  });
  return { storage, artifacts, registry };
}

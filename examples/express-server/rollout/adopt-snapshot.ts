import { type ArtifactStore, ForecastError, type ModelRegistry, snapshotFromJson } from 'commerce-forecast';
import { metricsOf } from './version-metrics.js';

/**
 * Registers the newest snapshot of an artifact store that was filled before there was a registry, and puts it into
 * production. Instances that do it at once do the same.
 *
 * @returns the number of the version, or undefined if there is nothing to adopt.
 */
export async function adoptSnapshot(
  registry: ModelRegistry<unknown>,
  artifacts: ArtifactStore,
): Promise<number | undefined> {
  if ((await registry.status()).versions.length > 0) return undefined;
  const newest = (await artifacts.versions(`models/${registry.name}`)).at(-1);
  if (!newest) return undefined;
  const { content } = await artifacts.get(newest.name, newest.version);
  const { lineage, validation } = snapshotFromJson(JSON.parse(new TextDecoder().decode(content)));
  const { version } = await registry.register(content, { lineage, metrics: metricsOf(validation) });
  try {
    await registry.promote(version, { reason: 'in use before there was a registry' });
  } catch (error) {
    // Another instance was first.
    if (!ForecastError.is(error) || error.code !== 'conflict') throw error;
  }
  return version;
}

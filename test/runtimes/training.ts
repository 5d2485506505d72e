import { createForecaster, snapshotToJson } from 'commerce-forecast';
import { generateSales } from 'commerce-forecast/testing';
import { modelDigest } from '../frozen/digests.js';
import { frozenModels } from '../frozen/models.js';
import { covariateCase } from '../frozen/panels.js';

/** Hashes of all that the default model and the other models forecast; runs in every JavaScript runtime. */
export async function train(): Promise<{ readonly defaultModel: string; readonly otherModels: string }> {
  return { defaultModel: await sha256(await snapshot()), otherModels: await sha256(await digests()) };
}

async function snapshot(): Promise<unknown> {
  const { records } = generateSales({ seed: 11, products: 6, categories: 2, days: 400 });
  const forecaster = createForecaster({ now: () => new Date('2030-01-01T06:00:00Z') });
  await forecaster.ingest(records);
  await forecaster.train();
  const trained = forecaster.snapshot();
  if (!trained) throw new Error('There is no forecast');
  return snapshotToJson(trained);
}

async function digests(): Promise<unknown[]> {
  const shop = covariateCase();
  const all: unknown[] = [];
  for (const [name, model] of Object.entries(frozenModels()))
    all.push([name, await modelDigest(model, shop)]);
  return all;
}

async function sha256(value: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

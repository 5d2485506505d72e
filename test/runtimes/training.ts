import { createForecaster, snapshotToJson } from 'commerce-forecast';
import { generateSales } from 'commerce-forecast/testing';

/** A training with the default model that runs in every JavaScript runtime, and what it forecasts. */
export async function train(): Promise<{ readonly sha256: string; readonly units: readonly number[] }> {
  const { records } = generateSales({ seed: 11, products: 6, categories: 2, days: 400 });
  const forecaster = createForecaster({ now: () => new Date('2030-01-01T06:00:00Z') });
  await forecaster.ingest(records);
  await forecaster.train();
  const snapshot = forecaster.snapshot();
  if (!snapshot) throw new Error('There is no forecast');
  const bytes = new TextEncoder().encode(JSON.stringify(snapshotToJson(snapshot)));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const { week, month, year } = snapshot.periods;
  const units = [week, month, year].flatMap(({ products: { mean, standardError } }) => [
    ...mean,
    ...standardError,
  ]);
  return { sha256, units };
}

import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { readPlanCsv } from '../csv.js';
import { ForecastError } from '../errors.js';
import type { Forecaster, PlanRecord } from '../index.js';
import { present } from '../present.js';
import type { CliOptions } from './arguments.js';
import { fileSize } from './file-size.js';
import type { InputContext } from './sales-input.js';

/** Unusable lines that a message lists. */
const MAX_NAMED = 3;

/** A plan from a file. */
export interface PlanInput {
  readonly records: readonly PlanRecord[];
  /** Summary of the file, in one line. */
  readonly summary: string;
}

/**
 * Reads a file of plans.
 *
 * @throws ForecastError `empty-data` if no line can be used, `not-found`, `invalid-data` for an open question.
 */
export async function readPlanFile(
  path: string,
  flag: string,
  { reading }: Pick<CliOptions, 'reading'>,
  { signal }: InputContext,
): Promise<PlanInput> {
  await fileSize(path);
  const { dateFormat, decimal } = reading;
  const { records, problems } = await readPlanCsv(createReadStream(path), { dateFormat, decimal, signal });
  const named = problems
    .slice(0, MAX_NAMED)
    .map(({ line, column, message }) => `line ${line}, ${column}: ${message}`)
    .join('; ');
  if (records.length === 0) {
    throw new ForecastError('empty-data', `None of the lines of ${path} can be used`, {
      path: [flag],
      hint: `${named}.`,
    });
  }
  const left = problems.length === 0 ? '' : `, ${problems.length} lines left out (${named})`;
  return { records, summary: `${records.length} records of ${basename(path)}${left}` };
}

/**
 * A scenario for the generated merchant: its best seller is promoted in the first week, at 80 % of its price.
 */
export async function demoScenario(
  forecaster: Forecaster,
  records: Iterable<{ readonly productId: string; readonly price?: number; readonly promo?: boolean }>,
  { period: timePeriod }: Pick<CliOptions, 'period'>,
): Promise<readonly PlanRecord[]> {
  const { products, firstDay } = await forecaster.topProducts({ timePeriod, limit: 1 });
  const { productId } = present(products[0], 'best seller');
  let usual: number | undefined;
  for (const record of records) if (record.productId === productId && !record.promo) usual = record.price;
  const to = new Date(Date.parse(firstDay) + 6 * 86_400_000).toISOString().slice(0, 10);
  const price = usual === undefined ? {} : { price: Math.round(80 * usual) / 100 };
  return [{ from: firstDay, to, productId, promo: true, ...price }];
}

import * as z from 'zod/mini';
import { formatDay } from '../calendar/day.js';
import { canonicalJson, sha256Hex } from '../canonical-json.js';
import { ForecastError } from '../errors.js';
import type { LongCallOptions } from '../long-call.js';
import type { Covariates, ForecastModel, ModelConfig } from '../models/contract.js';
import { configOf } from '../models/model-config.js';
import { once } from '../once.js';
import { PACKAGE_VERSION } from '../package-version.js';
import { lastDay, type Panel } from '../panel/panel.js';
import { panelFingerprint } from '../panel/panel-fingerprint.js';
import type { Plan } from '../plan/index.js';
import { checkedBy, firstIssue } from '../schema.js';

/** Everything that the forecasts of a training depend on, as plain JSON data. Equal lineages mean equal forecasts. */
export interface Lineage {
  /** Fingerprint of the panel, see {@link panelFingerprint}. */
  readonly dataFingerprint: string;
  /** First and last day of the panel as `YYYY-MM-DD`. */
  readonly firstDay: string;
  readonly lastDay: string;
  /** The model with all its options and members. */
  readonly model: ModelConfig;
  /** Fingerprints of the covariates by name, such as `events` and `indicators`. */
  readonly parts: Readonly<Record<string, string>>;
  /** Settings of the training, defaults included. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly seed: number;
  /** Version of this package. */
  readonly packageVersion: string;
}

export interface LineageInput {
  readonly panel: Panel;
  readonly model: ForecastModel;
  readonly covariates?: Covariates;
  /** Default: none. */
  readonly plans?: readonly Plan[];
  /** Plain JSON data. Default: none. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Default 0. */
  readonly seed?: number;
}

/**
 * Creates the lineage of a training. A forecaster does so itself; call it to register a model that you fit
 * yourself.
 *
 * ```ts
 * import { createLineage, type Panel, seasonalNaive } from 'commerce-forecast';
 *
 * declare const panel: Panel;
 * const { dataFingerprint, model } = await createLineage({ panel, model: seasonalNaive() });
 * ```
 *
 * @throws ForecastError `invalid-option` if the config of the model or the settings are not JSON data, `aborted` if the
 * signal fired.
 */
export async function createLineage(
  { panel, model, covariates = {}, plans = [], settings = {}, seed = 0 }: LineageInput,
  options: LongCallOptions = {},
): Promise<Lineage> {
  const config = checked(modelConfigSchema(), configOf(model), ['model', 'config']);
  const parts: Record<string, string> = {};
  for (const [name, part] of Object.entries({ events: [], indicators: [], plans, ...covariates })) {
    parts[name] = await sha256Hex(canonicalJson(part ?? []));
  }
  return {
    dataFingerprint: await panelFingerprint(panel, options),
    firstDay: formatDay(panel.startDay),
    lastDay: formatDay(lastDay(panel)),
    model: config,
    parts,
    settings: checked(jsonRecord(), settings, ['settings']),
    seed,
    packageVersion: PACKAGE_VERSION,
  };
}

/** Model version for a lineage: its last day and the beginning of its SHA-256. */
export async function versionOf(lineage: Lineage): Promise<string> {
  return `${lineage.lastDay}-${(await sha256Hex(canonicalJson(lineage))).slice(0, 16)}`;
}

const jsonRecord = once(() => z.record(z.string(), z.json()));

/** Config of a model: plain JSON data. */
export const modelConfigSchema: () => z.ZodMiniType<ModelConfig> = once(() =>
  z.strictObject({
    name: z.string().check(z.minLength(1)),
    version: z.optional(z.string()),
    options: jsonRecord(),
    members: z.optional(z.array(z.lazy(modelConfigSchema))),
  }),
);

/** Lineage as it is read from JSON. */
export const lineageSchema = once(() =>
  z.object({
    dataFingerprint: z.string().check(z.minLength(1)),
    firstDay: z.string(),
    lastDay: z.string(),
    model: modelConfigSchema(),
    parts: z.record(z.string(), z.string()),
    settings: jsonRecord(),
    seed: z.number(),
    packageVersion: z.string().check(z.minLength(1)),
  }),
);

function checked<T>(schema: z.ZodMiniType<T>, data: unknown, path: readonly string[]): T {
  const result = checkedBy(schema, data);
  if (result.success) return result.data;
  const issue = firstIssue(result.error);
  throw new ForecastError('invalid-option', `${path.join('.')} is not plain JSON data: ${issue.message}`, {
    path: [...path, ...issue.path],
  });
}

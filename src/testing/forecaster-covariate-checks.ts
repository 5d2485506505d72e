import type { CovariateKind, Covariates, FittedModel, KnownFuture } from '../models/contract.js';
import {
  type CovariateShop,
  changedEvents,
  covariateShop,
  leadingShop,
  withoutKind,
  withShuffled,
} from './covariate-shop.js';
import { ensureSameForecast, ensureSoundForecast } from './forecast-assertions.js';
import type { CheckContext, ForecasterCheck } from './forecaster-check-context.js';
import { expectTrue } from './named-checks.js';

/** Kinds that are known ahead. */
const KNOWN_FUTURE = ['events', 'price', 'promo', 'open', 'available'] as const;

/** Largest error with a column, as a share of the error without it. */
const LEFT = 0.67;
/** Least ratio of the error with a shuffled column to that with the right one. */
const HURT = 1.25;
/** The same for a past-only column, which only one member of an ensemble may use. */
const HURT_BY_PAST = 1.1;

/** Checks of models that declare what they use. */
export const COVARIATE_CHECKS: readonly ForecasterCheck[] = [
  ...KNOWN_FUTURE.flatMap((kind): ForecasterCheck[] => [
    { name: `learns what ${kind} explains`, uses: [kind], run: (context) => learns(context, kind) },
    { name: `is worse with ${kind} shuffled`, uses: [kind], run: (context) => isHurt(context, kind) },
  ]),
  { name: 'copes with missing covariates', uses: KNOWN_FUTURE, run: copesWithMissing },
  { name: 'learns from pastOnly', uses: ['pastOnly'], run: learnsFromPast },
  { name: 'does not look at pastOnly past the cutoff', uses: ['pastOnly'], run: noPastOnlyLeak },
  { name: 'copes with attributes of some products', uses: ['static'], run: copesWithAttributes },
];

interface Trial {
  readonly shop: CovariateShop;
  readonly fitted: FittedModel;
}

const trials = new WeakMap<CheckContext, Promise<Trial>>();

/** The model fitted on a shop with effects of everything that it uses; fitted once for all checks. */
function trialOf(context: CheckContext): Promise<Trial> {
  const known = trials.get(context);
  if (known) return known;
  const shop = covariateShop(context.model.uses ?? []);
  const made = fitOn(context, shop, shop.covariates).then((fitted) => ({ shop, fitted }));
  trials.set(context, made);
  return made;
}

function fitOn({ model, fitOptions }: CheckContext, { panel }: CovariateShop, covariates: Covariates) {
  return model.fit(panel, { ...fitOptions, covariates });
}

/** The forecast with one kind left out, or in a wrong order. */
async function forecastWith(
  context: CheckContext,
  { shop, fitted }: Trial,
  kind: CovariateKind,
  change: 'without' | 'shuffled',
): Promise<Float64Array> {
  const { covariates, horizon } = shop;
  const future = covariates.future as KnownFuture;
  if (kind === 'events') {
    const events = changedEvents(covariates.events ?? [], future, change);
    const other = await fitOn(context, shop, { ...covariates, events });
    return (await other.forecast({ horizon })).mean;
  }
  const changed = change === 'without' ? withoutKind(future, kind) : withShuffled(future, kind);
  return (await fitted.forecast({ horizon, future: changed })).mean;
}

async function learns(context: CheckContext, kind: CovariateKind): Promise<void> {
  const trial = await trialOf(context);
  const { horizon, truth, acts } = trial.shop;
  const { mean } = await trial.fitted.forecast({ horizon });
  const plain = await forecastWith(context, trial, kind, 'without');
  const days = acts[kind] as Uint8Array;
  const [withKnown, without] = [mean, plain].map((forecast) => errorOn(forecast, truth, days));
  expectTrue(
    withKnown <= LEFT * without,
    `with ${kind} known, the error on its days is ${withKnown.toFixed(3)}, and ${without.toFixed(3)} without`,
  );
}

async function isHurt(context: CheckContext, kind: CovariateKind): Promise<void> {
  const trial = await trialOf(context);
  const { horizon, truth } = trial.shop;
  const { mean } = await trial.fitted.forecast({ horizon });
  const shuffled = await forecastWith(context, trial, kind, 'shuffled');
  const [right, wrong] = [mean, shuffled].map((forecast) => errorOn(forecast, truth));
  expectTrue(
    wrong >= HURT * right,
    `the error is ${right.toFixed(3)}, and ${wrong.toFixed(3)} with ${kind} shuffled`,
  );
}

/** Sparse prices, a future that ends early, and missing columns. */
async function copesWithMissing(context: CheckContext): Promise<void> {
  const { model, levels } = context;
  const shop = covariateShop(model.uses ?? []);
  const { panel, covariates } = shop;
  const price = panel.price?.map((value, i) => (i % 5 === 0 && i % panel.days > 60 ? value : Number.NaN));
  const days = 10;
  const future = covariates.future as KnownFuture;
  const shorten = <T extends Float32Array | Uint8Array>(column: T | undefined) =>
    column?.filter((_, i) => i % future.days < days) as T | undefined;
  const gaps = shorten(future.price)?.map((value, i) => (i % 3 === 0 ? value : Number.NaN));
  const short = { startDay: future.startDay, days, price: gaps, promo: shorten(future.promo) };
  const horizon = 2 * days;
  const shape = { startDay: future.startDay, horizon, seriesCount: panel.seriesCount, levels };
  const fitted = await model.fit(
    { ...panel, price },
    { ...context.fitOptions, covariates: { future: short } },
  );
  ensureSoundForecast(await fitted.forecast({ horizon, levels }), shape);
  const nothing = { startDay: future.startDay, days };
  ensureSoundForecast(await fitted.forecast({ horizon, levels, future: nothing }), shape);
  const bare = await model.fit({ ...panel, price, promo: undefined, open: undefined }, context.fitOptions);
  ensureSoundForecast(await bare.forecast({ horizon, levels, future }), shape);
}

async function learnsFromPast(context: CheckContext): Promise<void> {
  const shop = leadingShop();
  const errors: number[] = [];
  for (const covariates of [shop.covariates, shop.shuffled]) {
    const fitted = await fitOn(context, shop, covariates);
    errors.push(errorOn((await fitted.forecast({ horizon: shop.horizon })).mean, shop.truth));
  }
  const [right, wrong] = errors;
  expectTrue(
    wrong >= HURT_BY_PAST * right,
    `the error is ${right.toFixed(3)}, and ${wrong.toFixed(3)} with pastOnly shuffled`,
  );
}

async function noPastOnlyLeak(context: CheckContext): Promise<void> {
  const shop = leadingShop();
  const forecasts = [];
  for (const later of [[], [1e6, -1e6, 1e6]]) {
    const pastOnly = shop.covariates.pastOnly?.map((column) => ({
      ...column,
      values: [...column.values, ...later],
    }));
    const fitted = await fitOn(context, shop, { pastOnly });
    forecasts.push(await fitted.forecast({ horizon: shop.horizon, levels: context.levels }));
  }
  const [known, ...others] = forecasts;
  for (const other of others) ensureSameForecast('another future of a past-only column', known, other);
}

async function copesWithAttributes(context: CheckContext): Promise<void> {
  const { model, levels } = context;
  const shop = covariateShop([]);
  const { panel, horizon } = shop;
  const [first, second] = panel.ids;
  const fitted = await fitOn(context, shop, {
    static: [
      { productId: first, brand: 'Acme', size: 'L' },
      { productId: second, brand: 'Other' },
      { productId: 'a product that is not there', brand: 'Third' },
    ],
  });
  const shape = { startDay: panel.startDay + panel.days, horizon, seriesCount: panel.seriesCount, levels };
  const forecast = await fitted.forecast({ horizon, levels });
  ensureSoundForecast(forecast, shape);
  const loaded = model.load(JSON.parse(JSON.stringify(fitted)));
  ensureSameForecast('a reloaded model', forecast, await loaded.forecast({ horizon, levels }));
}

/** Weighted absolute percentage error, of the marked cells or of all. */
function errorOn(forecast: Float64Array, truth: Float64Array, cells?: Uint8Array): number {
  let [error, size, sum, count] = [0, 0, 0, 0];
  for (let i = 0; i < truth.length; i++) {
    sum += truth[i];
    count++;
    if (cells && cells[i] === 0) continue;
    error += Math.abs(forecast[i] - truth[i]);
    size += truth[i];
  }
  // Where no sales are expected, the error is relative to the mean of all days.
  return error / Math.max(size, sum / count);
}

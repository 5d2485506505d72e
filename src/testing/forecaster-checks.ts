import { ForecastError } from '../errors.js';
import type {
  Covariates,
  FitOptions,
  FittedModel,
  ForecastModel,
  SerializedModel,
} from '../models/contract.js';
import { salesForecasts } from '../models/sales-forecasts.js';
import { lastDay, type Panel } from '../panel/panel.js';
import {
  ensureClose,
  ensureNotNegative,
  ensureReachesBelowZero,
  ensureSameBytes,
  ensureSameForecast,
  ensureSameTotals,
  ensureSoundForecast,
  ensureSoundTotals,
} from './forecast-assertions.js';
import type { CheckContext, ForecasterCheck } from './forecaster-check-context.js';
import { describesItself } from './forecaster-config-check.js';
import { COVARIATE_CHECKS } from './forecaster-covariate-checks.js';
import {
  type AwkwardPanel,
  awkwardPanels,
  panelAroundZero,
  panelInsideLargerArrays,
  panelOf,
} from './forecaster-panels.js';
import { aborts, refusesEmpty, refusesOptions } from './forecaster-refusals.js';
import { expectRejection, expectTrue } from './named-checks.js';

export const FORECASTER_CHECKS: readonly ForecasterCheck[] = [
  { name: 'gives a sound forecast with nested intervals', run: soundForecast },
  { name: 'gives totals that add up, with sound intervals', run: soundTotals },
  { name: 'is deterministic, and fits again to the same', run: deterministic },
  { name: 'describes itself by a canonical config', run: describesItself },
  { name: 'leaves its input as it was', run: inputUntouched },
  { name: 'is unaffected by fitting another panel', run: noSharedState },
  { name: 'reloads from JSON to the same bytes', run: reloads },
  { name: 'forecasts the same for a shorter horizon', run: shorterHorizon },
  { name: 'leaves means and bounds below zero as they are', run: unclipped },
  { name: 'does not look past the cutoff', run: noLeakage },
  { name: 'refuses wrong options', run: refusesOptions },
  { name: 'refuses a panel without observations', run: refusesEmpty },
  { name: 'stops when aborted', run: aborts },
  ...awkwardPanels().map((awkward) => ({
    name: `copes with ${awkward.name}`,
    run: (context: CheckContext) => copesWith(context, awkward),
  })),
  ...COVARIATE_CHECKS,
];

async function soundForecast({ model, panel, fitOptions, horizon, levels }: CheckContext): Promise<void> {
  const fitted = await model.fit(panel, fitOptions);
  expectTrue(fitted.model === model.name, `the fitted model is named ${fitted.model}, not ${model.name}`);
  expectTrue(fitted.cutoffDay === lastDay(panel), `cutoffDay is ${fitted.cutoffDay}, not ${lastDay(panel)}`);
  expectTrue(fitted.seriesCount === panel.seriesCount, `seriesCount is ${fitted.seriesCount}`);
  await ensureSound(fitted, panel, horizon, levels);
  const withoutLevels = await fitted.forecast({ horizon });
  expectTrue(withoutLevels.intervals.length === 0, 'there are intervals although no level was asked for');
}

async function soundTotals({ model, panel, fitOptions, horizon, levels }: CheckContext): Promise<void> {
  const fitted = await model.fit(panel, fitOptions);
  const ranges = [
    { from: 0, to: 1 },
    { from: 0, to: Math.min(7, horizon) },
    { from: horizon - 1, to: horizon },
    { from: 0, to: horizon },
  ];
  const { mean } = await fitted.forecast({ horizon });
  const perSeries = await fitted.totals({ ranges, levels });
  ensureSoundTotals(perSeries, panel.seriesCount, levels);
  const groupOf = Int32Array.from({ length: panel.seriesCount }, (_, s) => (s % 4) - 1);
  const grouped = await fitted.totals({ ranges, levels, groupOf, groupCount: 3 });
  ensureSoundTotals(grouped, 3, levels);
  for (let r = 0; r < ranges.length; r++) {
    const expected = new Float64Array(3);
    for (let s = 0; s < panel.seriesCount; s++) {
      let sum = 0;
      for (let h = ranges[r].from; h < ranges[r].to; h++) sum += mean[s * horizon + h];
      ensureClose(`total of series ${s}, range ${r}`, perSeries.mean[s * ranges.length + r], sum);
      if (groupOf[s] >= 0) expected[groupOf[s]] += sum;
    }
    for (let g = 0; g < 3; g++) {
      ensureClose(`total of group ${g}, range ${r}`, grouped.mean[g * ranges.length + r], expected[g]);
    }
  }
}

async function deterministic(context: CheckContext): Promise<void> {
  const { model, panel, fitOptions, horizon, levels } = context;
  const first = await model.fit(panel, fitOptions);
  const second = await model.fit(panel, fitOptions);
  expectTrue(JSON.stringify(first) === JSON.stringify(second), 'two fits of the same panel differ');
  await ensureSamePredictions('a second fit', first, second, horizon, levels);
  await ensureSamePredictions('a second forecast', first, first, horizon, levels);
}

async function inputUntouched({ model, panel, fitOptions, horizon, levels }: CheckContext): Promise<void> {
  const before = structuredClone(panel);
  const covariates = JSON.stringify(fitOptions.covariates ?? null);
  const fitted = await model.fit(panel, fitOptions);
  const options = Object.freeze({ horizon, levels: Object.freeze([...levels]) });
  await fitted.forecast(options);
  await fitted.totals({ ranges: Object.freeze([{ from: 0, to: horizon }]), levels });
  for (const [name, column] of Object.entries(before)) {
    const now = panel[name as keyof Panel];
    if (ArrayBuffer.isView(column)) {
      ensureSameBytes(
        `panel.${name}`,
        Float64Array.from(column as Float64Array),
        Float64Array.from(now as Float64Array),
      );
    } else {
      expectTrue(JSON.stringify(column) === JSON.stringify(now), `panel.${name} was changed`);
    }
  }
  expectTrue(JSON.stringify(fitOptions.covariates ?? null) === covariates, 'the covariates were changed');
}

async function noSharedState({ model, panel, fitOptions, horizon, levels }: CheckContext): Promise<void> {
  const fitted = await model.fit(panel, fitOptions);
  const before = await fitted.forecast({ horizon, levels });
  const copy = structuredClone(before);
  const other = await model.fit(
    panelOf([Array.from({ length: 120 }, (_, d) => 100 + 30 * (d % 7))]),
    fitOptions,
  );
  await other.forecast({ horizon, levels });
  ensureSameForecast('a forecast already given', copy, before);
  ensureSameForecast('after another fit', copy, await fitted.forecast({ horizon, levels }));
}

async function reloads({ model, panel, fitOptions, horizon, levels }: CheckContext): Promise<void> {
  const fitted = await model.fit(panel, fitOptions);
  const data = JSON.parse(JSON.stringify(fitted)) as SerializedModel;
  expectTrue(data.format === 'commerce-forecast.model', `the format is ${String(data.format)}`);
  expectTrue(data.specificationVersion === 'v1', `the version is ${String(data.specificationVersion)}`);
  expectTrue(data.model === model.name, `the JSON names the model ${data.model}, not ${model.name}`);
  const loaded = model.load(data);
  expectTrue(loaded.cutoffDay === fitted.cutoffDay, 'the cutoff changed');
  expectTrue(loaded.seriesCount === fitted.seriesCount, 'the number of series changed');
  await ensureSamePredictions('a reloaded model', fitted, loaded, horizon, levels);
  expectTrue(JSON.stringify(loaded) === JSON.stringify(data), 'a reloaded model writes another JSON');
  for (const wrong of [{}, { ...data, model: 'another model' }, { format: data.format, model: data.model }]) {
    await expectRejection(loading(model, wrong as SerializedModel), 'invalid-model', 'a wrong JSON');
  }
}

async function shorterHorizon({ model, panel, fitOptions, horizon }: CheckContext): Promise<void> {
  const fitted = await model.fit(panel, fitOptions);
  const shorter = Math.max(1, Math.floor(horizon / 3));
  const [long, short] = [await fitted.forecast({ horizon }), await fitted.forecast({ horizon: shorter })];
  for (let s = 0; s < panel.seriesCount; s++) {
    for (let h = 0; h < shorter; h++) {
      ensureClose(`series ${s}, step ${h}`, long.mean[s * horizon + h], short.mean[s * shorter + h]);
    }
  }
}

/** Clipped bounds could not be moved to another centre or scaled; only `salesForecasts` clips. */
async function unclipped({ model, fitOptions, horizon, levels }: CheckContext): Promise<void> {
  const fitted = await model.fit(panelAroundZero(), fitOptions);
  const { seriesCount } = fitted;
  const shape = { startDay: fitted.cutoffDay + 1, horizon, seriesCount, levels };
  const ranges = [
    { from: 0, to: 1 },
    { from: 0, to: horizon },
  ];
  const forecast = await fitted.forecast({ horizon, levels });
  const totals = await fitted.totals({ ranges, levels });
  ensureSoundForecast(forecast, shape);
  ensureSoundTotals(totals, seriesCount, levels);
  ensureReachesBelowZero('forecast', forecast.intervals);
  ensureReachesBelowZero('totals', totals.intervals);
  const sales = salesForecasts(fitted);
  const sold = await sales.forecast({ horizon, levels });
  const soldTotals = await sales.totals({ ranges, levels });
  ensureSoundForecast(sold, shape);
  ensureSoundTotals(soldTotals, seriesCount, levels);
  ensureNotNegative('forecast', sold);
  ensureNotNegative('totals', soldTotals);
  for (let s = 0; s < seriesCount; s++) {
    let sum = 0;
    for (let h = 0; h < horizon; h++) sum += sold.mean[s * horizon + h];
    ensureClose(`total of sales of series ${s}`, soldTotals.mean[s * ranges.length + 1], sum);
  }
}

/**
 * The only traces of the future are bytes around the columns and later publications of indicators, which must
 * have no effect.
 */
async function noLeakage(context: CheckContext): Promise<void> {
  const { model, panel, fitOptions, horizon, levels } = context;
  const covariates = fitOptions.covariates ?? {};
  const futures = [1, 1000].map(
    (value): FitOptions => ({
      ...fitOptions,
      covariates: { ...covariates, indicators: withFuture(covariates, lastDay(panel) + 1, value) },
    }),
  );
  const first = await model.fit(panelInsideLargerArrays(panel, 1), futures[0]);
  const second = await model.fit(panelInsideLargerArrays(panel, 250), futures[1]);
  await ensureSamePredictions('another future', first, second, horizon, levels);
}

/** Loads asynchronously, so that an error becomes a rejection. */
async function loading(model: ForecastModel, data: SerializedModel): Promise<FittedModel> {
  return model.load(data);
}

function withFuture(covariates: Covariates, day: number, value: number): Covariates['indicators'] {
  return covariates.indicators?.map((series) => {
    const known = series.days.filter((published) => published < day).length;
    return {
      ...series,
      days: [...series.days.slice(0, known), day],
      values: [...series.values.slice(0, known), value],
    };
  });
}

async function copesWith(context: CheckContext, { panel, mayBeTooShort }: AwkwardPanel): Promise<void> {
  const { model, fitOptions, horizon, levels } = context;
  let fitted: FittedModel;
  try {
    fitted = await model.fit(panel, fitOptions);
  } catch (error) {
    if (mayBeTooShort && ForecastError.is(error) && error.code === 'too-short') return;
    throw error;
  }
  await ensureSound(fitted, panel, horizon, levels);
  ensureSoundTotals(
    await fitted.totals({ ranges: [{ from: 0, to: horizon }], levels }),
    panel.seriesCount,
    levels,
  );
  const loaded = model.load(JSON.parse(JSON.stringify(fitted)) as SerializedModel);
  await ensureSamePredictions('a reloaded model', fitted, loaded, horizon, levels);
}

async function ensureSound(
  fitted: FittedModel,
  panel: Panel,
  horizon: number,
  levels: readonly number[],
): Promise<void> {
  const { seriesCount } = panel;
  const forecast = await fitted.forecast({ horizon, levels });
  ensureSoundForecast(forecast, { startDay: lastDay(panel) + 1, horizon, seriesCount, levels });
}

async function ensureSamePredictions(
  what: string,
  left: FittedModel,
  right: FittedModel,
  horizon: number,
  levels: readonly number[],
): Promise<void> {
  ensureSameForecast(
    what,
    await left.forecast({ horizon, levels }),
    await right.forecast({ horizon, levels }),
  );
  const ranges = [{ from: 0, to: horizon }];
  ensureSameTotals(what, await left.totals({ ranges, levels }), await right.totals({ ranges, levels }));
}

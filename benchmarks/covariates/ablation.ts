import type { CovariateKind, ForecastModel } from '../../src/models/contract.js';
import { covariatesUntil } from '../../src/models/covariates.js';
import { salesForecasts } from '../../src/models/sales-forecasts.js';
import { sliceDays } from '../../src/panel/slice.js';
import { caseMetrics } from '../accuracy/case-metrics.js';
import type { AccuracyCase } from '../accuracy/cases.js';
import { type KnownInputs, withKinds } from '../accuracy/known-inputs.js';
import { testWindows } from '../accuracy/run-method.js';

/** Errors of forecasts that knew some kinds of covariates. */
export interface Ablation {
  /** Kinds that were known, in words. */
  readonly known: string;
  readonly wape_daily: number;
  readonly wape_month: number;
  readonly bias: number;
  readonly rmsse_mean: number;
}

/** Forecasts with none of the kinds, with each alone, with all, and with all but each. */
export async function ablate(
  data: AccuracyCase,
  inputs: KnownInputs,
  kinds: readonly CovariateKind[],
  model: ForecastModel,
  windows: number,
): Promise<Ablation[]> {
  const variants: [known: string, kinds: readonly CovariateKind[]][] = [
    ['sales only', []],
    ...kinds.map((kind): [string, CovariateKind[]] => [kind, [kind]]),
    ['all', kinds],
    ...(kinds.length > 2
      ? kinds.map((kind): [string, CovariateKind[]] => [
          `all but ${kind}`,
          kinds.filter((one) => one !== kind),
        ])
      : []),
  ];
  const earlier = earlierWindows(data, windows);
  const found: Ablation[] = [];
  for (const [known, chosen] of variants) {
    const { wape_daily, wape_month, bias, rmsse_mean } = await errorsOf(
      earlier,
      withKinds(inputs, chosen),
      model,
    );
    found.push({ known, wape_daily, wape_month, bias, rmsse_mean });
    console.error(`${data.name} ${model.name} ${known}: ${wape_daily.toFixed(4)}`);
  }
  return found;
}

/** The case with windows one horizon apart, the last of which ends where the first test begins. */
function earlierWindows(data: AccuracyCase, windows: number): AccuracyCase {
  const first = Math.min(...data.cutoffs);
  return { ...data, cutoffs: Array.from({ length: windows }, (_, k) => first - (k + 1) * data.horizon) };
}

async function errorsOf(data: AccuracyCase, { panel, covariates }: KnownInputs, model: ForecastModel) {
  const stepDays = data.grid === 'week' ? 7 : 1;
  const forecasts: Float64Array[] = [];
  for (const cutoff of data.cutoffs) {
    // Nothing after the window is there to be read.
    const known = sliceDays(panel, 0, cutoff + 1 + data.horizon);
    const fitted = await model.fit(sliceDays(known, 0, cutoff + 1), {
      covariates: covariatesUntil(covariates, known, cutoff + 1, stepDays),
    });
    forecasts.push((await salesForecasts(fitted).forecast({ horizon: data.horizon })).mean);
  }
  return caseMetrics(data, testWindows(data, forecasts));
}

/**
 * Prints to how many digits the stored fits of R prophet and the stored models of native XGBoost are reproduced:
 *
 *     npm run parity:fixtures
 */
import {
  boosterToJson,
  loadXGBoostJson,
  saveXGBoostJson,
  trainBooster,
} from '../src/models/boosting/engine/index.js';
import { fitPanel } from '../src/models/seasonal-trend/index.js';
import {
  FORMATS,
  nativeFixtures,
  readFormat,
  structureOf,
} from '../test/models/boosting/engine/native-fixtures.js';
import {
  caseNames,
  fitCase,
  futureOf,
  type GoldenCase,
  loadCase,
  numbers,
  optionsOf,
  SYNTHETIC_CASES,
  withParametersOfR,
} from '../test/models/seasonal-trend/golden.js';
import { daysOf, panelOfCase, panelOptions } from '../test/models/seasonal-trend/golden-panel.js';

/** Largest difference relative to the expected value, or to a thousandth of the largest one. */
function gap(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  const least = 1e-3 * Array.from(expected).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    worst = Math.max(worst, Math.abs(actual[i] - expected[i]) / Math.max(Math.abs(expected[i]), least));
  }
  return worst;
}

/** Decimal digits that agree: the largest relative difference as a power of ten. */
function digits(difference: number): string {
  return difference === 0 ? 'all' : (-Math.log10(difference)).toFixed(1);
}

function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  console.log([line(head), line(head.map(() => '---')), ...rows.map(line), ''].join('\n'));
}

async function panelDigits(golden: GoldenCase, expected: Float64Array): Promise<string> {
  if (golden.holidays?.has('prior_scale')) return '';
  const fitted = fitPanel(panelOfCase(golden), panelOptions(golden), {
    events: optionsOf(golden).events as [],
  });
  const days = daysOf(golden, 'future');
  const { mean } = await fitted.forecast({ horizon: days[days.length - 1] - fitted.cutoffDay });
  return digits(
    gap(
      Float64Array.from(days, (day) => mean[day - fitted.cutoffDay - 1]),
      expected,
    ),
  );
}

async function prophetRow(name: string): Promise<string[]> {
  const golden = loadCase(SYNTHETIC_CASES, name);
  const fit = fitCase(golden);
  const future = { ...futureOf(golden), samples: 2 };
  const exact = numbers(golden.exactForecast, 'yhat');
  const above = (theirs: number) => (fit.parameters.logPosterior - theirs).toExponential(1);
  return [
    name,
    digits(gap(withParametersOfR(fit, golden).forecast(future).mean, numbers(golden.forecast, 'yhat'))),
    digits(gap(fit.forecast(future).mean, exact)),
    await panelDigits(golden, exact),
    above(golden.exactMap.log_posterior),
    above(golden.parameters.log_posterior),
  ];
}

const prophet: string[][] = [];
for (const name of caseNames(SYNTHETIC_CASES)) prophet.push(await prophetRow(name));
printTable(['case', "R's parameters", 'exact mode', 'panel', 'above the exact mode', 'above R'], prophet);

const native = nativeFixtures().map(({ name, json, features, labels, weights, params, predictions }) => {
  const loaded = loadXGBoostJson(json);
  const ours = trainBooster({ features, labels, weights }, { ...params, baseScore: loaded.baseScore });
  const same = JSON.stringify(structureOf(ours)) === JSON.stringify(structureOf(loaded));
  return [
    name,
    digits(gap(loaded.predict(features), predictions)),
    same ? 'the same' : 'others',
    digits(gap(ours.predict(features), predictions)),
  ];
});
const formats = FORMATS.map((name) => {
  const { json, features, predictions } = readFormat(name);
  const loaded = loadXGBoostJson(json, name === 'stopped' ? { bestIteration: false } : {});
  const written = loadXGBoostJson(saveXGBoostJson(loaded));
  const same = JSON.stringify(boosterToJson(written)) === JSON.stringify(boosterToJson(loaded));
  if (!same) throw new Error(`${name} is not written as it was read`);
  return [name, digits(gap(loaded.predict(features), predictions)), '', ''];
});
printTable(['model', 'loaded', 'trees trained here', 'trained here'], [...native, ...formats]);

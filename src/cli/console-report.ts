import type { ModelAccuracy, WhatIfFigures } from '../index.js';
import type { CategoryResult, ForecastResults } from '../report/forecast-results.js';
import {
  formatCount,
  formatDate,
  formatInterval,
  formatPercent,
  formatShare,
  formatTrend,
  formatUnits,
  shownAccuracy,
  stageNote,
} from '../report/format.js';
import {
  cannibalisationNote,
  describePlan,
  formatBounds,
  formatDifference,
  ignoredNote,
  type WhatIfResult,
} from '../report/what-if-lines.js';
import { cut, type TextColumn, textTable } from './text-table.js';

/** Categories that the terminal lists; the report lists them all. */
const MAX_CATEGORIES = 12;
const MAX_FINDINGS = 6;

/** The results as lines for a terminal of 100 columns. */
export function consoleReport(results: ForecastResults): string {
  const shown = results.categories.slice(0, MAX_CATEGORIES);
  const hidden = results.categories.length - shown.length;
  return [
    ...dataLines(results),
    '',
    `Best sellers of the next ${results.timePeriod}, ${formatDate(results.firstDay)} to ${formatDate(results.lastDay)}`,
    ...shown.flatMap((category) => ['', ...categoryLines(category, results)]),
    ...(hidden > 0 ? ['', `${hidden} smaller categories are in the report only.`] : []),
    '',
    `Trend: against the same number of days before; ▲ and ▼ are significant, → is within the usual noise.`,
    '',
    ...(results.whatIf ? [...whatIfLines(results.whatIf, results), ''] : []),
    ...accuracyLines(results),
  ].join('\n');
}

function dataLines({ title, source, data, training }: ForecastResults): string[] {
  const findings = data.findings.slice(0, MAX_FINDINGS);
  const ignored = training.covariates.ignored.flatMap(({ message }) => wrap(message, 90));
  return [
    `${cut(title, 96)}`,
    ...wrap(source, 96).map((line) => `  ${line}`),
    `  ${formatCount(data.accepted)} of ${formatCount(data.rows)} rows, ${formatUnits(data.units)} units, ` +
      `${formatCount(training.products)} products, ${training.categories} categories`,
    `  ${formatDate(data.firstDay)} to ${formatDate(data.lastDay)}; trained on the days from ${formatDate(training.firstDay)}`,
    ...findings.flatMap(({ severity, count, unit, message }) =>
      wrap(`${formatCount(count)} ${unit}: ${message}`, 90).map(
        (line, i) => `  ${i === 0 ? MARKS[severity] : ' '} ${line}`,
      ),
    ),
    ...ignored.map((line) => `  ${MARKS.warning} ${line}`),
  ];
}

const MARKS = { error: '✗', warning: '!', info: '·' } as const;

function categoryLines(
  { forecast, products, changeOnYearBefore }: CategoryResult,
  results: ForecastResults,
): string[] {
  const level = `${Math.round(100 * results.intervalLevel)} %`;
  const hasNames = products.some(({ productId }) => results.names[productId] !== undefined);
  const columns: TextColumn[] = [
    { title: '#', align: 'right' },
    { title: 'Product', maxWidth: 28 },
    ...(hasNames ? [{ title: 'Description', maxWidth: 32 } as const] : []),
    { title: 'Units', align: 'right' },
    { title: `${level} interval`, align: 'right' },
    { title: 'Trend' },
  ];
  const rows = products.map((product) => [
    String(product.rank),
    product.productId,
    ...(hasNames ? [results.names[product.productId] ?? ''] : []),
    formatUnits(product.predictedUnits),
    formatInterval(product.lower, product.upper),
    [formatTrend(product.trend), stageNote(product)].filter(Boolean).join(', '),
  ]);
  return [
    `${cut(forecast.category, 28)}: ${formatUnits(forecast.predictedUnits)} units ` +
      `(${level}: ${formatInterval(forecast.lower, forecast.upper)})  ${formatTrend(forecast.trend)}` +
      (changeOnYearBefore === null ? '' : `, on last year ${formatPercent(changeOnYearBefore)}`),
    ...textTable(columns, rows),
  ];
}

/** Products and records of a scenario that the terminal lists. */
const MAX_CHANGED = 5;

function whatIfLines({ plan, answer }: WhatIfResult, { names }: ForecastResults): string[] {
  const { products, total, changedProducts, intervalLevel } = answer;
  const columns: TextColumn[] = [
    { title: 'Product', maxWidth: 40 },
    { title: 'As planned', align: 'right' },
    { title: 'What if', align: 'right' },
    { title: 'Difference', align: 'right' },
    { title: `${Math.round(100 * intervalLevel)} % interval`, align: 'right' },
  ];
  const row = (name: string, own: WhatIfFigures) => [
    name,
    formatUnits(own.base),
    formatUnits(own.scenario),
    formatDifference(own.difference),
    formatBounds(own),
  ];
  const listed = products.slice(0, MAX_CHANGED);
  const rows = listed.map((product) => {
    const name = names[product.productId];
    return row(name === undefined ? product.productId : `${product.productId} ${name}`, product);
  });
  const more = plan.length > MAX_CHANGED ? [`  and ${plan.length - MAX_CHANGED} more records`] : [];
  return [
    'What if',
    ...plan.slice(0, MAX_CHANGED).map((record) => `  ${cut(describePlan(record), 96)}`),
    ...more,
    ...textTable(columns, [...rows, row('all sales', total)]),
    ...(changedProducts > MAX_CHANGED
      ? [`  The first ${MAX_CHANGED} of ${changedProducts} products with a change.`]
      : []),
    ...wrap(`${ignoredNote(answer)} ${cannibalisationNote(answer)}`.trim(), 96).map((line) => `  ${line}`),
  ];
}

function accuracyLines({ training: { validation }, intervalLevel }: ForecastResults): string[] {
  if (!validation) return ['Backtest: the history is too short to hold days back.'];
  const { model, planned, seasonalNaive, days, intervalCoverage } = validation;
  const row = (title: string, wapeOf: (accuracy: ModelAccuracy) => number) => {
    const own = shownAccuracy(wapeOf(model));
    const naive = shownAccuracy(wapeOf(seasonalNaive));
    const gain = 100 * (own - naive);
    return [
      title,
      formatShare(own),
      formatShare(naive),
      `${gain < 0 ? '−' : '+'}${Math.abs(gain).toFixed(1)} points`,
    ];
  };
  const columns: TextColumn[] = [
    { title: 'Accuracy (1 − WAPE)' },
    { title: 'Model', align: 'right' },
    { title: 'Seasonal naive', align: 'right' },
    { title: 'Difference', align: 'right' },
  ];
  return [
    `Backtest: a holdout of the last ${days} days; the seasonal naive forecast repeats the last week`,
    ...textTable(columns, [
      row('each product, each day', ({ products }) => products.wape),
      row('each category, each day', ({ categories }) => categories.wape),
      row('all sales, each day', ({ total }) => total.wape),
      row(`all sales, ${days} days`, ({ total }) => total.totalWape),
    ]),
    `  Mean error of a product's day: ${model.products.mae.toFixed(2)} units, seasonal naive ` +
      `${seasonalNaive.products.mae.toFixed(2)}.`,
    ...(planned
      ? [
          `  With known prices, promotions and closures, as from a plan, ` +
            `each product: ${formatShare(shownAccuracy(planned.products.wape))}.`,
        ]
      : []),
    `  ${formatShare(intervalCoverage.raw)} of the product days were inside the ${Math.round(100 * intervalLevel)} % ` +
      `interval, ${formatShare(intervalCoverage.calibrated)} after calibration on them.`,
  ];
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of cut(text).split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

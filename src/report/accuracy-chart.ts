import type { ModelAccuracy, ValidationReport } from '../index.js';
import { COLORS } from './colors.js';
import { formatShare, shownAccuracy } from './format.js';
import type { Html } from './html.js';
import { CHART_FONT, renderChart } from './render-chart.js';

const SIZE = { width: 1000, height: 230 };

/** Lists the levels that accuracy is measured on, finest first. */
export function accuracyLevels({ model, seasonalNaive, days }: ValidationReport) {
  const level = (title: string, wapeOf: (accuracy: ModelAccuracy) => number) => ({
    title,
    model: shownAccuracy(wapeOf(model)),
    naive: shownAccuracy(wapeOf(seasonalNaive)),
  });
  return [
    level('Each product, each day', ({ products }) => products.wape),
    level('Each category, each day', ({ categories }) => categories.wape),
    level('All sales, each day', ({ total }) => total.wape),
    level(`All sales, ${days} days`, ({ total }) => total.totalWape),
  ];
}

/** Chart of the accuracy of the model and of the seasonal naive forecast. */
export function accuracyChart(validation: ValidationReport): Html {
  const levels = accuracyLevels(validation);
  const bars = (name: string, color: string, of: (level: (typeof levels)[number]) => number) => ({
    type: 'bar' as const,
    name,
    data: levels.map((level) => ({
      value: 100 * of(level),
      label: { formatter: formatShare(of(level)) },
    })),
    itemStyle: { color, borderRadius: [0, 3, 3, 0] },
    barMaxWidth: 16,
    barGap: '15%',
    silent: true,
    label: { show: true, position: 'right' as const, color: COLORS.ink, fontSize: 12 },
  });
  const option = {
    textStyle: { fontFamily: CHART_FONT, color: COLORS.muted },
    grid: { left: 24, right: 60, top: 8, bottom: 6, outerBoundsMode: 'same' as const },
    xAxis: {
      type: 'value' as const,
      min: 0,
      max: 100,
      axisLabel: { color: COLORS.muted, formatter: '{value} %' },
      splitLine: { lineStyle: { color: COLORS.grid } },
    },
    yAxis: {
      type: 'category' as const,
      inverse: true,
      data: levels.map(({ title }) => title),
      axisLine: { lineStyle: { color: COLORS.grid } },
      axisTick: { show: false },
      axisLabel: { color: COLORS.ink, fontSize: 13 },
    },
    series: [
      bars('Model', COLORS.forecast, ({ model }) => model),
      bars('Seasonal naive', COLORS.naive, ({ naive }) => naive),
    ],
  };
  const inWords = levels.map(
    ({ title, model, naive }) =>
      `${title}: model ${formatShare(model)}, seasonal naive ${formatShare(naive)}`,
  );
  return renderChart(option, SIZE, `Accuracy. ${inWords.join('. ')}`);
}

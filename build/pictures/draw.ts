import { backtest, buildPanel, formatDay, structural } from 'commerce-forecast';
import { generateSales } from 'commerce-forecast/testing';
import { type Chart, chart } from './svg.js';

const HISTORY = 56;
const HORIZON = 28;

/** The pictures of the page about concepts, by file name: drawn from invented sales, the same on every machine. */
export async function drawPictures(): Promise<Readonly<Record<string, string>>> {
  const { records } = generateSales({ seed: 21, products: 3, categories: 1, days: 500 });
  const { panel } = await buildPanel(records);
  const { days, ids, startDay } = panel;
  const unitsOf = (s: number, from: number, to: number) => [
    ...panel.units.subarray(s * days + from, s * days + to),
  ];
  const cutoff = days - HORIZON;
  const past = unitsOf(0, cutoff - HISTORY, cutoff);
  const actual = unitsOf(0, cutoff, days);
  const result = await backtest(panel, [structural()], { horizon: HORIZON, levels: [0.8], origins: 1 });
  const [run] = result.runs;
  if (!run) throw new Error('The backtest has no run');
  const forecast = [...run.forecast.subarray(0, HORIZON)];
  const [interval] = run.intervals;
  const band = interval && {
    from: HISTORY,
    lower: [...interval.lower.subarray(0, HORIZON)],
    upper: [...interval.upper.subarray(0, HORIZON)],
  };
  const names = {
    cutoff: `cutoff: ${formatDay(startDay + cutoff - 1)}`,
    horizon: `horizon: ${HORIZON} days`,
  };
  const lines = (...more: Chart['lines']): Chart['lines'] => [
    { from: 0, values: past, kind: 'past' },
    ...more,
  ];
  const width = HISTORY + HORIZON;
  return {
    'panel.svg': chart({
      title: 'A panel: one row of days for each product, without gaps',
      width: HISTORY,
      rows: ids.map((id, s) => ({ name: id, values: unitsOf(s, days - HISTORY, days) })),
      lines: [],
    }),
    'cutoff.svg': chart({
      title: 'The cutoff: what is known, and what is not',
      width,
      lines: lines(),
      mark: { at: HISTORY, name: names.cutoff },
    }),
    'horizon.svg': chart({
      title: 'The horizon: the days that are forecast',
      width,
      lines: lines({ from: HISTORY, values: forecast, kind: 'forecast' }),
      mark: { at: HISTORY, name: names.horizon },
    }),
    'interval.svg': chart({
      title: 'The interval: four days in five should fall inside',
      width,
      lines: lines(
        { from: HISTORY, values: forecast, kind: 'forecast' },
        { from: HISTORY, values: actual, kind: 'actual' },
      ),
      mark: { at: HISTORY, name: '80 % interval' },
      ...(band && { band }),
    }),
    'backtest.svg': chart({
      title: 'A backtest: forecasts from several cutoffs, each from the days before it',
      width,
      lines: [],
      spans: [0, 1, 2, 3].map((origin) => ({
        name: `cutoff ${origin + 1}`,
        known: 28 + 14 * origin,
        forecast: 14,
      })),
    }),
  };
}

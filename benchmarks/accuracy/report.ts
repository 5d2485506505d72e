import type { Metrics } from './case-metrics.js';

/** Metrics of the printed table, as far as a method has them. */
const PRINTED = [
  'wape_daily',
  'accuracy',
  'wape_week1',
  'wape_month',
  'wape_category_week',
  'wape_category_month',
  'rmsse_mean',
  'r2_series_mean',
  'bias',
  'top10_hit',
  'wmae',
  'coverage80_daily',
  'coverage80_week1',
  'coverage80_month',
  'coverage80_category_week1',
  'coverage80_category_month',
  'cpu_seconds',
];

/** Peer of the same recipe, whose processor time a method is compared with. */
const COUNTERPARTS: Readonly<Record<string, string>> = {
  seasonal_trend: 'm4_prophet',
  xgboost: 'm6_xgb_design',
  blend: 'm7_ens_design',
  direct: 'm8_xgb_strong',
  accurate: 'm8_xgb_strong',
  croston_sba: 'm11_croston_sba',
  tsb: 'm11_tsb',
  tsb_weekday: 'm11_tsb_dow',
};

/** Our methods (marked `*`) among the peers, best daily WAPE first. */
export function formatCase(ours: ReadonlyMap<string, Metrics>, peers: ReadonlyMap<string, Metrics>): string {
  const rows = [
    ...[...ours].map(([name, metrics]) => ({ name: `* ${name}`, metrics })),
    ...[...peers].map(([name, metrics]) => ({ name: `  ${name}`, metrics })),
  ]
    .filter(({ metrics }) => metrics.wape_daily !== undefined)
    .sort((a, b) => a.metrics.wape_daily - b.metrics.wape_daily);
  const columns = PRINTED.filter((metric) => rows.some((row) => row.metrics[metric] !== undefined));
  return table([
    ['method', ...columns],
    ...rows.map(({ name, metrics }) => [name, ...columns.map((metric) => formatValue(metrics[metric]))]),
  ]);
}

/** Processor time of each method against the peer of the same recipe. */
export function formatSpeed(ours: ReadonlyMap<string, Metrics>, peers: ReadonlyMap<string, Metrics>): string {
  const lines = [...ours].flatMap(([name, metrics]) => {
    const peer = COUNTERPARTS[name];
    const theirs = peers.get(peer)?.cpu_seconds;
    if (theirs === undefined) return [];
    const ratio = theirs / metrics.cpu_seconds;
    return `${name}: ${metrics.cpu_seconds.toFixed(2)} s, ${peer}: ${theirs.toFixed(2)} s, ${ratio.toFixed(1)} times as fast`;
  });
  return lines.join('\n');
}

function formatValue(value: number | undefined): string {
  if (value === undefined) return '';
  return Math.abs(value) >= 100 ? value.toFixed(1) : value.toFixed(4);
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  '),
    )
    .join('\n');
}

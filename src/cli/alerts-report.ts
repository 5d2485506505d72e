import { csvTable } from '../csv-table.js';
import type { Alerts } from '../index.js';
import { formatCount, formatDate } from '../report/format.js';

/** The alerts as lines for a terminal. */
export function alertsReport(answer: Alerts, limit: number): string {
  const { alerts, tested, firstDay, lastDay } = answer;
  const shown = alerts.slice(0, limit);
  const hidden = alerts.length - shown.length;
  return [
    `${formatDate(firstDay)} to ${formatDate(lastDay)}, against the forecast from before: ${formatCount(alerts.length)} alerts ` +
      `about ${formatCount(tested.products)} products and ${formatCount(tested.categories)} categories`,
    ...shown.map(({ message }) => `  ${message}`),
    ...(hidden > 0 ? [`  and ${formatCount(hidden)} more: see --csv, or --limit.`] : []),
  ].join('\n');
}

const CSV_HEADER = [
  'kind',
  'level',
  'product',
  'category',
  'location',
  'first_day',
  'last_day',
  'units',
  'expected',
  'lower',
  'upper',
  'p_value',
  'message',
];

/** The alerts as a table for spreadsheets. */
export function alertsCsv({ alerts }: Alerts): string {
  const number = (value: number | null) => (value === null ? '' : Number(value.toPrecision(6)));
  const lines = alerts.map((alert) => [
    alert.kind,
    alert.level,
    alert.productId ?? '',
    alert.category,
    alert.location ?? '',
    alert.firstDay,
    alert.lastDay,
    alert.units,
    number(alert.expectedUnits),
    number(alert.lower),
    number(alert.upper),
    number(alert.pValue),
    alert.message,
  ]);
  return csvTable([CSV_HEADER, ...lines]);
}

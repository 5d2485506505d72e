import { csvTable } from '../csv-table.js';
import { productText } from '../forecaster/series-name.js';
import { roundTo, type StockPlan, type StockPlanRow } from '../index.js';
import { formatCount, formatDate, formatUnits } from '../report/format.js';
import { cut, type TextColumn, textTable } from './text-table.js';

/** Products whose reasons the terminal tells. */
const MOST_REASONS = 5;

const COLUMNS: readonly TextColumn[] = [
  { title: 'Product', maxWidth: 28 },
  { title: 'Order', align: 'right' },
  { title: 'by' },
  { title: 'On hand', align: 'right' },
  { title: 'On order', align: 'right' },
  { title: 'Reorder point', align: 'right' },
  { title: 'Days', align: 'right' },
  { title: 'Stock-out', align: 'right' },
  { title: 'Class' },
];

/** The orders as lines for a terminal. */
export function stockReport(plan: StockPlan, limit: number): string {
  const shown = plan.rows.slice(0, limit);
  const hidden = plan.rows.length - shown.length;
  const orders = plan.rows.filter(({ orderQuantity }) => (orderQuantity ?? 0) > 0);
  const told = shown.filter(({ action }) => action === 'order-now').slice(0, MOST_REASONS);
  return [
    `Orders of ${formatDate(plan.firstDay)}, the next in ${plan.reviewPeriod} days: ${formatCount(orders.length)} of ` +
      `${formatCount(plan.rows.length)} products${plan.orderCost > 0 ? `, cost ${formatUnits(plan.orderCost)}` : ''}`,
    ...textTable(COLUMNS, shown.map(cells)),
    ...(hidden > 0 ? [`  and ${formatCount(hidden)} more: see --csv, or --limit.`] : []),
    '',
    ...told.map(({ productId, reasons }) => `  ${cut(productId, 28)}: ${cut(reasons.join(' '))}`),
    ...plan.findings.map(
      ({ severity, message, count, productIds }) =>
        `  ${severity === 'warning' ? '!' : '·'} ${message}: ${productIds
          .slice(0, 3)
          .map((id) => cut(id, 28))
          .join(', ')}` + (count > 3 ? ` and ${count - 3} more` : ''),
    ),
  ].join('\n');
}

function cells(row: StockPlanRow): string[] {
  const { stockOutProbability, daysOfCover, orderBy } = row;
  const unit = (value: number | null) => (value === null ? '–' : formatUnits(value));
  return [
    productText(row),
    unit(row.orderQuantity),
    orderBy ?? '–',
    unit(row.onHand),
    unit(row.onOrder),
    unit(row.reorderPoint),
    row.onHand === null ? '–' : daysOfCover === null ? 'many' : daysOfCover.toFixed(0),
    stockOutProbability === null ? '–' : `${Math.round(100 * stockOutProbability)} %`,
    `${row.abc}${row.xyz}`,
  ];
}

const CSV_HEADER = [
  'product',
  'category',
  'action',
  'order',
  'order_by',
  'on_hand',
  'on_order',
  'reorder_point',
  'safety_stock',
  'service_level',
  'days_of_cover',
  'stock_out_probability',
  'expected_lost_sales',
  'expected_overstock',
  'excess_units',
  'condition',
  'order_cost',
  'class',
  'location',
  'reasons',
];

/** The orders as a table for spreadsheets. */
export function stockCsv({ rows }: StockPlan): string {
  const number = (value: number | null, digits: number) => (value === null ? '' : roundTo(value, digits));
  const lines = rows.map((row) => [
    row.productId,
    row.category,
    row.action,
    number(row.orderQuantity, 2),
    row.orderBy ?? '',
    number(row.onHand, 2),
    number(row.onOrder, 2),
    number(row.reorderPoint, 1),
    number(row.safetyStock, 1),
    number(row.serviceLevel, 3),
    number(row.daysOfCover, 1),
    number(row.stockOutProbability, 3),
    number(row.expectedLostSales, 2),
    number(row.expectedOverstock, 1),
    number(row.excessUnits, 1),
    row.condition ?? '',
    number(row.orderCost, 2),
    `${row.abc}${row.xyz}`,
    row.location ?? '',
    row.reasons.join(' '),
  ]);
  return csvTable([CSV_HEADER, ...lines]);
}

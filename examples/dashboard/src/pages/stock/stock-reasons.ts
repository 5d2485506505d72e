import type { Schemas } from '../../api/client.js';
import type { Language } from '../../i18n/locale.js';

export type StockRow = Schemas['StockPlan']['rows'][number];

/** True if stock is likelier to run out before a delivery than the service level allows. */
export function isAtRisk({ stock_out_probability: risk, service_level }: StockRow): boolean {
  return risk !== null && risk > 1 - service_level;
}

/** Explains in sentences why a product is to be ordered or not. */
export function stockReasons(row: StockRow, reviewDays: number, { t, format }: Language): string {
  const { on_hand, on_order, days_of_cover: cover, stock_out_probability: risk } = row;
  const point = format.number(row.reorder_point);
  if (on_hand === null) return t('stock.why.unknown', { point });
  const position = [
    on_order
      ? t('stock.why.position.ordered', { units: format.number(on_hand), ordered: format.number(on_order) })
      : t('stock.why.position', { units: format.number(on_hand) }),
    ...(cover === null ? [] : [t('stock.why.cover', { days: format.number(cover) })]),
  ].join(', ');
  return [
    `${position}.`,
    decision(row, point, reviewDays, { t, format }),
    ...(row.action === 'order-now' && isAtRisk(row)
      ? [
          t('stock.why.late', {
            risk: format.percent(risk ?? 0),
            lost: format.number(row.expected_lost_sales ?? 0),
          }),
        ]
      : []),
    ...(row.condition === 'dead' ? [t('stock.why.dead')] : []),
    ...(row.condition === 'excess'
      ? [t('stock.why.excess', { units: format.number(row.excess_units ?? 0) })]
      : []),
  ].join(' ');
}

function decision(
  { action, order_by, lead_time_days, service_level }: StockRow,
  point: string,
  reviewDays: number,
  { t, format }: Pick<Language, 't' | 'format'>,
): string {
  if (action === 'order-later' && order_by !== null)
    return t('stock.why.later', { day: format.day(order_by) });
  if (action !== 'order-now') return t('stock.why.enough', { point });
  return t('stock.why.now', {
    lead: format.number(lead_time_days),
    review: format.number(reviewDays),
    point,
    level: format.percent(service_level),
  });
}

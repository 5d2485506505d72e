import { Link } from '@tanstack/react-router';
import { useLanguage } from '../../i18n/locale.js';
import { type Column, DataTable } from '../../ui/data-table.js';
import { OnHandField } from './on-hand-field.js';
import { isAtRisk, type StockRow, stockReasons } from './stock-reasons.js';

interface StockTableProps {
  readonly rows: readonly StockRow[];
  readonly reviewDays: number;
  readonly onHandChange: (productId: string, onHand: number | undefined) => void;
}

/** Table of what to order of each product, with the units on hand to be filled in. */
export function StockTable({ rows, reviewDays, onHandChange }: StockTableProps) {
  const language = useLanguage();
  const { t, tMaybe, format } = language;
  const named = (action: string) => tMaybe(`stock.action.${action}`) ?? action;
  const isOrdered = rows.some(({ on_order }) => on_order !== null && on_order > 0);
  const hasCosts = rows.some(({ order_cost }) => order_cost !== null);
  const orders: Column<StockRow>[] = [
    { name: t('stock.orderUnits'), value: ({ order_quantity }) => order_quantity },
    {
      name: t('stock.orderBy'),
      value: ({ order_by }) => order_by,
      show: ({ order_by }) =>
        order_by === null ? '–' : <span className="nowrap">{format.day(order_by)}</span>,
    },
    {
      name: t('stock.onHand'),
      value: ({ on_hand }) => on_hand,
      show: ({ product_id, on_hand }) => (
        <OnHandField productId={product_id} value={on_hand} onChange={onHandChange} />
      ),
    },
  ];
  const onOrder: Column<StockRow> = { name: t('stock.onOrder'), value: ({ on_order }) => on_order };
  const cost: Column<StockRow> = {
    name: t('stock.cost'),
    value: ({ order_cost }) => order_cost,
    show: ({ order_cost }) => (order_cost === null ? '–' : format.money(order_cost)),
  };
  return (
    <DataTable
      caption={t('stock.orders')}
      rows={rows}
      rowKey={({ product_id }) => product_id}
      fileName="orders"
      limit={50}
      columns={[
        {
          name: t('col.product'),
          value: ({ product_id }) => product_id,
          show: ({ product_id }) => (
            <Link to="/products/$productId" params={{ productId: product_id }}>
              {product_id}
            </Link>
          ),
        },
        { name: t('col.category'), value: ({ category }) => category },
        {
          name: t('stock.action'),
          value: ({ action }) => named(action),
          show: (row) => (
            <details className="reason">
              <summary className={`action-${row.action}`}>{named(row.action)}</summary>
              {stockReasons(row, reviewDays, language)}
            </details>
          ),
        },
        ...orders,
        ...(isOrdered ? [onOrder] : []),
        { name: t('stock.cover'), value: ({ days_of_cover }) => days_of_cover },
        {
          name: t('stock.risk'),
          value: ({ stock_out_probability: risk }) => (risk === null ? risk : 100 * risk),
          show: (row) => (
            <span className={isAtRisk(row) ? 'trend-down' : undefined}>
              {row.stock_out_probability === null ? '–' : format.percent(row.stock_out_probability)}
            </span>
          ),
        },
        { name: t('stock.demand'), value: ({ protection_demand }) => protection_demand },
        { name: t('stock.reorderPoint'), value: ({ reorder_point }) => reorder_point },
        { name: t('stock.safety'), value: ({ safety_stock }) => safety_stock },
        { name: t('stock.class'), value: ({ abc, xyz }) => abc + xyz },
        ...(hasCosts ? [cost] : []),
        {
          name: t('detail.why'),
          value: (row) => stockReasons(row, reviewDays, language),
          isExportOnly: true,
        },
      ]}
    />
  );
}

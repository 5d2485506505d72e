import { Link } from '@tanstack/react-router';
import type { Schemas } from '../api/client.js';
import { useLanguage } from '../i18n/locale.js';
import { usePeriod } from '../layout/use-period.js';
import { type Column, DataTable } from '../ui/data-table.js';
import { IntervalBar } from '../ui/interval-bar.js';
import { TrendMark } from '../ui/trend-mark.js';

export type ProductForecast = Schemas['TopProducts']['products'][number];

interface ProductTableProps {
  readonly products: readonly ProductForecast[];
  readonly level: number;
  readonly caption: string;
  /** Name of the file that the rows can be downloaded as. */
  readonly fileName?: string;
  /** Leaves out the category, and shows the range in one column. */
  readonly isCompact?: boolean;
}

/** Products with their expected units, ranges and trends. */
export function ProductTable({ products, level, caption, fileName, isCompact = false }: ProductTableProps) {
  const { t, tMaybe, format } = useLanguage();
  const [period] = usePeriod();
  const max = Math.max(...products.map(({ confidence_upper }) => confidence_upper), 0);
  const category: Column<ProductForecast> = {
    name: t('col.category'),
    value: ({ category }) => category,
    show: ({ category }) => (
      <Link to="/categories/$category" params={{ category }} search={{ period }}>
        {category}
      </Link>
    ),
  };
  const lower: Column<ProductForecast> = {
    name: t('col.lower'),
    value: ({ confidence_lower }) => confidence_lower,
  };
  const upper: Column<ProductForecast> = {
    name: t('col.upper'),
    value: ({ confidence_upper }) => confidence_upper,
  };
  const range: Column<ProductForecast> = {
    name: t('col.range'),
    value: ({ confidence_lower }) => confidence_lower,
    show: (row) =>
      t('range', { lower: format.number(row.confidence_lower), upper: format.number(row.confidence_upper) }),
  };
  const stage: Column<ProductForecast> = {
    name: t('stage.title'),
    value: ({ life_cycle }) => life_cycle && (tMaybe(`stage.${life_cycle.status}`) ?? life_cycle.status),
  };
  return (
    <DataTable
      caption={caption}
      rows={products}
      rowKey={({ product_id }) => product_id}
      fileName={fileName}
      limit={50}
      columns={[
        { name: t('col.rank'), value: ({ rank }) => rank },
        {
          name: t('col.product'),
          value: ({ product_id }) => product_id,
          show: ({ product_id }) => (
            <Link to="/products/$productId" params={{ productId: product_id }} search={{ period }}>
              {product_id}
            </Link>
          ),
        },
        ...(isCompact ? [] : [category]),
        { name: t('col.expected'), value: ({ predicted_sales }) => predicted_sales },
        ...(isCompact ? [range] : [lower, upper]),
        {
          name: t('interval.short', { level: format.percent(level) }),
          value: ({ confidence_lower, confidence_upper }) =>
            `${format.number(confidence_lower)}–${format.number(confidence_upper)}`,
          isSortable: false,
          show: (product) => (
            <IntervalBar
              value={product.predicted_sales}
              lower={product.confidence_lower}
              upper={product.confidence_upper}
              max={max}
            />
          ),
        },
        ...(isCompact ? [] : [stage]),
        {
          name: `${t('col.trend')} %`,
          value: ({ trend }) => trend.percent,
          show: ({ trend }) => <TrendMark trend={trend} />,
        },
      ]}
    />
  );
}

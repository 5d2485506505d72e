import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { categoryTotalsQuery } from '../api/queries.js';
import { useLanguage } from '../i18n/locale.js';
import { usePeriod } from '../layout/use-period.js';
import { type Column, DataTable } from '../ui/data-table.js';
import { IntervalBar } from '../ui/interval-bar.js';
import { TrendMark } from '../ui/trend-mark.js';
import { type Categories, yearBefore, yearChanges } from './shop-totals.js';

type Row = Categories['predictions'][number];

interface CategoryTableProps {
  readonly categories: Categories;
  readonly caption: string;
  readonly fileName?: string;
  /** Shows the range in one column, and leaves out the year before. */
  readonly isCompact?: boolean;
}

/** Categories with their expected units, ranges, and changes. */
export function CategoryTable({ categories, caption, fileName, isCompact = false }: CategoryTableProps) {
  const { t, format } = useLanguage();
  const [period] = usePeriod();
  const totals = useQuery(categoryTotalsQuery(...yearBefore(categories)));
  const changes = new Map(
    yearChanges(categories, totals.data?.categories ?? []).map((change) => [change.category, change]),
  );
  const max = Math.max(
    ...categories.predictions.map((row) => row.confidence_upper ?? row.predicted_sales),
    0,
  );
  const lower: Column<Row> = { name: t('col.lower'), value: ({ confidence_lower }) => confidence_lower };
  const upper: Column<Row> = { name: t('col.upper'), value: ({ confidence_upper }) => confidence_upper };
  const range: Column<Row> = {
    name: t('col.range'),
    value: ({ confidence_lower }) => confidence_lower,
    show: ({ predicted_sales, confidence_lower, confidence_upper }) =>
      t('range', {
        lower: format.number(confidence_lower ?? predicted_sales),
        upper: format.number(confidence_upper ?? predicted_sales),
      }),
  };
  const change: Column<Row> = {
    name: `${t('col.yearBefore')} %`,
    value: ({ category }) => {
      const change = changes.get(category);
      return change && 100 * change.change;
    },
    show: ({ category }) => {
      const change = changes.get(category);
      return change ? format.signedPercent(change.change) : '–';
    },
  };
  return (
    <DataTable
      caption={caption}
      rows={categories.predictions}
      rowKey={({ category }) => category}
      fileName={fileName}
      columns={[
        {
          name: t('col.category'),
          value: ({ category }) => category,
          show: ({ category }) => (
            <Link to="/categories/$category" params={{ category }} search={{ period }}>
              {category}
            </Link>
          ),
        },
        { name: t('categories.products'), value: ({ product_count }) => product_count },
        { name: t('col.expected'), value: ({ predicted_sales }) => predicted_sales },
        ...(isCompact ? [range] : [lower, upper]),
        {
          name: t('interval.short', { level: format.percent(categories.confidence_level) }),
          value: ({ confidence_lower, confidence_upper }) =>
            `${confidence_lower ?? ''}–${confidence_upper ?? ''}`,
          isSortable: false,
          show: ({ predicted_sales, confidence_lower, confidence_upper }) => (
            <IntervalBar
              value={predicted_sales}
              lower={confidence_lower ?? predicted_sales}
              upper={confidence_upper ?? predicted_sales}
              max={max}
            />
          ),
        },
        {
          name: `${t('col.trend')} %`,
          value: ({ trend }) => trend.percent,
          show: ({ trend }) => <TrendMark trend={trend} />,
        },
        ...(isCompact ? [] : [change]),
      ]}
    />
  );
}

import { type ChartDay, type Daily, lastYear, quantile, soldDays } from '../charts/forecast-series.js';
import { useLanguage } from '../i18n/locale.js';
import { Card } from '../ui/page.js';

const YEAR = 365;

/** Figures of the last year of sales. */
export function StatisticsCard({
  daily,
  days,
}: {
  readonly daily: Daily;
  readonly days: readonly ChartDay[];
}) {
  const { t, format } = useLanguage();
  const year = lastYear(days).map(({ units }) => units);
  if (year.length === 0) return null;
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const sorted = [...year].sort((a, b) => a - b);
  const before = soldDays(days)
    .slice(-2 * YEAR, -YEAR)
    .map(({ units }) => units);
  const total = sum(year);
  const totalBefore = before.length === YEAR ? sum(before) : undefined;
  const priced = daily.sales.filter(({ revenue, units }) => revenue !== undefined && units > 0).slice(-90);
  const price =
    priced.length > 0
      ? sum(priced.map(({ revenue }) => revenue ?? 0)) / sum(priced.map(({ units }) => units))
      : undefined;
  const units = (value: number) => `${format.number(value)} ${t('units.short')}`;
  const facts: readonly (readonly [string, string])[] = [
    [t('stat.mean'), units(total / year.length)],
    [t('stat.median'), units(quantile(sorted, 0.5))],
    [t('stat.max'), units(sorted.at(-1) ?? 0)],
    [t('stat.zeroDays'), format.number(year.filter((value) => value === 0).length)],
    [t('stat.total'), units(total)],
    ...(totalBefore !== undefined && totalBefore > 0
      ? ([
          [t('stat.yearBefore'), units(totalBefore)],
          [t('stat.growth'), format.signedPercent(total / totalBefore - 1)],
        ] as const)
      : []),
    ...(price === undefined ? [] : [[t('stat.price'), format.money(price)] as const]),
  ];
  return (
    <Card title={t('detail.statistics')}>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name} className="fact">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

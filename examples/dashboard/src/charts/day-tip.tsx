import { useLanguage } from '../i18n/locale.js';
import type { ChartDay } from './forecast-series.js';

interface DayTipProps {
  readonly day: ChartDay;
  readonly levels: readonly number[];
  /** Share of the width that the day lies at. */
  readonly share: number;
}

/** Everything that is known of a day, beside it. */
export function DayTip({ day, levels, share }: DayTipProps) {
  const { t, format } = useLanguage();
  const row = (name: string, value: number | null) =>
    value !== null && (
      <p>
        {name}: <b>{format.number(value)}</b> {t('units.short')}
      </p>
    );
  const side = share < 0.5 ? 'left' : 'right';
  const distance = 100 * Math.min(share, 1 - share);
  return (
    <div className="chart-tip" style={{ [side]: `clamp(0px, ${distance}% + 0.8rem, 100% - 16rem)` }}>
      <p>
        <b>{format.day(day.date)}</b>
      </p>
      {row(t('detail.sold'), day.sold)}
      {row(t('detail.expected'), day.expected)}
      {levels.map((level, i) => {
        const [lower, upper] = [day.lower?.[i], day.upper?.[i]];
        if (lower === undefined || upper === undefined) return null;
        const range = t('range', { lower: format.number(lower), upper: format.number(upper) });
        return (
          <p key={level}>
            {t('detail.band', { level: format.percent(level) })}: {range}
          </p>
        );
      })}
      {row(t('detail.yearBefore'), day.yearBefore)}
      {day.promo && <p>{t('col.promotion')}</p>}
      {day.event !== '' && <p>{day.event}</p>}
    </div>
  );
}

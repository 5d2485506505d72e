import type { Schemas } from '../api/client.js';
import { useLanguage } from '../i18n/locale.js';
import { TrendMark } from '../ui/trend-mark.js';

interface ExpectedUnitsProps {
  readonly forecast: Pick<
    Schemas['CategoryForecasts']['predictions'][number],
    'predicted_sales' | 'confidence_lower' | 'confidence_upper' | 'trend'
  >;
  /** Probability of the range. */
  readonly level: number;
}

/** Expected units of a product or a category in words, with their range and trend. */
export function ExpectedUnits({ forecast, level }: ExpectedUnitsProps) {
  const { t, format } = useLanguage();
  const { predicted_sales: units, confidence_lower, confidence_upper, trend } = forecast;
  return (
    <>
      {format.number(units)} {t('units')} ·{' '}
      {t('interval', {
        level: format.percent(level),
        lower: format.number(confidence_lower ?? units),
        upper: format.number(confidence_upper ?? units),
      })}{' '}
      · <TrendMark trend={trend} />
    </>
  );
}

import { useId } from 'react';
import { TIME_PERIODS, type TimePeriod } from '../api/periods.js';
import { useLanguage } from '../i18n/locale.js';

interface PeriodSwitchProps {
  readonly value: TimePeriod;
  readonly onChange: (period: TimePeriod) => void;
}

export function PeriodSwitch({ value, onChange }: PeriodSwitchProps) {
  const { t } = useLanguage();
  const name = useId();
  return (
    <div className="switch" role="radiogroup" aria-label={t('period.label')}>
      {TIME_PERIODS.map((period) => (
        <label key={period} className="switch-item">
          <input type="radio" name={name} checked={period === value} onChange={() => onChange(period)} />
          {t(`period.${period}`)}
        </label>
      ))}
    </div>
  );
}

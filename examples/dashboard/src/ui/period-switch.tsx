import { ToggleGroup } from 'radix-ui';
import { TIME_PERIODS, type TimePeriod } from '../api/queries.js';
import { useLanguage } from '../i18n/locale.js';

interface PeriodSwitchProps {
  readonly value: TimePeriod;
  readonly onChange: (period: TimePeriod) => void;
}

export function PeriodSwitch({ value, onChange }: PeriodSwitchProps) {
  const { t } = useLanguage();
  return (
    <ToggleGroup.Root
      type="single"
      className="switch"
      aria-label={t('period.label')}
      value={value}
      onValueChange={(chosen) => {
        const period = TIME_PERIODS.find((name) => name === chosen);
        if (period) onChange(period);
      }}
    >
      {TIME_PERIODS.map((period) => (
        <ToggleGroup.Item key={period} value={period} className="switch-item">
          {t(`period.${period}`)}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}

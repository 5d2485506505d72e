import { TIME_PERIODS, type TimePeriod } from '../api/periods.js';
import { useLanguage } from '../i18n/locale.js';
import { ChoiceSwitch } from './choice-switch.js';

interface PeriodSwitchProps {
  readonly value: TimePeriod;
  readonly onChange: (period: TimePeriod) => void;
}

export function PeriodSwitch({ value, onChange }: PeriodSwitchProps) {
  const { t } = useLanguage();
  const options = TIME_PERIODS.map((period) => ({ value: period, name: t(`period.${period}`) }));
  return <ChoiceSwitch label={t('period.label')} {...{ options, value, onChange }} />;
}

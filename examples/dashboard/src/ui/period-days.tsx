import { useLanguage } from '../i18n/locale.js';

/** Keeps the place of a line that is on its way. */
const LINE = '\u00a0';

interface PeriodDaysProps {
  readonly answer: { readonly first_day: string; readonly last_day: string } | undefined;
}

/** The first and the last day of a forecast. */
export function PeriodDays({ answer }: PeriodDaysProps) {
  const { t, format } = useLanguage();
  if (!answer) return LINE;
  return t('period.range', { from: format.day(answer.first_day), to: format.day(answer.last_day) });
}

import { useQuery } from '@tanstack/react-query';
import { modelQuery } from '../api/queries.js';
import type { AccuracySoFar } from '../charts/forecast-series.js';
import { useLanguage } from '../i18n/locale.js';
import { Card } from '../ui/page.js';

interface AccuracyCardProps {
  readonly accuracy: AccuracySoFar | undefined;
  readonly level: number;
}

/** Errors of the forecasts on the days since the training. */
export function AccuracyCard({ accuracy, level }: AccuracyCardProps) {
  const { t, tn, format } = useLanguage();
  const tested = useQuery(modelQuery).data?.validation;
  if (!accuracy) {
    return (
      <Card title={t('detail.accuracy')}>
        <p className="quiet">{t('detail.accuracy.none')}</p>
        {tested && (
          <>
            <p>{tn('detail.accuracy.test', tested.days)}</p>
            <dl className="facts">
              <dt>{t('detail.accuracy.error')}</dt>
              <dd>{format.percent(tested.categories.wape)}</dd>
              <dt>{t('detail.accuracy.within')}</dt>
              <dd>{format.percent(tested.interval_coverage)}</dd>
            </dl>
          </>
        )}
      </Card>
    );
  }
  const { days, wape, bias, inside } = accuracy;
  return (
    <Card title={t('detail.accuracy')} note={t('detail.accuracy.error.note')}>
      <p className="quiet">{tn('detail.accuracy.days', days)}</p>
      <dl className="facts">
        <dt>{t('detail.accuracy.error')}</dt>
        <dd>{wape === undefined ? '–' : format.percent(wape)}</dd>
        <dt>{t('detail.accuracy.bias')}</dt>
        <dd>{bias === undefined ? '–' : format.signedPercent(bias)}</dd>
        <dt>{t('detail.accuracy.inside', { level: format.percent(level) })}</dt>
        <dd>{format.percent(inside)}</dd>
      </dl>
    </Card>
  );
}

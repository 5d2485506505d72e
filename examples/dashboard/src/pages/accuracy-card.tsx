import { useQuery } from '@tanstack/react-query';
import { modelQuery, pastQuery, type Subject } from '../api/queries.js';
import { useLanguage } from '../i18n/locale.js';
import { Answer } from '../ui/answer.js';
import { DataTable } from '../ui/data-table.js';
import { Card } from '../ui/page.js';
import { isInside, type PastAccuracy, type PastDay, pastAccuracy } from './past-accuracy.js';

/** Place of the level that is told: that of all other pages. */
const TOLD_LEVEL = 1;
const SHOWN_DAYS = 7;

/** Forecasts made before the last days, against what was sold. */
export function AccuracyCard({ subject, name }: { readonly subject: Subject; readonly name: string }) {
  const { t } = useLanguage();
  const query = useQuery(pastQuery(subject));
  return (
    <Card title={t('detail.accuracy')} note={t('detail.accuracy.note')}>
      <Answer query={query}>
        {({ days, levels }) => {
          const accuracy = pastAccuracy(days, TOLD_LEVEL);
          if (!accuracy) return <Tested />;
          return <Compared days={days} accuracy={accuracy} level={levels[TOLD_LEVEL] ?? 0} name={name} />;
        }}
      </Answer>
    </Card>
  );
}

interface ComparedProps {
  readonly days: readonly PastDay[];
  readonly accuracy: PastAccuracy;
  readonly level: number;
  readonly name: string;
}

function Compared({ days, accuracy: { wape, bias, inside }, level, name }: ComparedProps) {
  const { t, tn, format } = useLanguage();
  return (
    <>
      <p className="quiet">{tn('detail.accuracy.days', days.length)}</p>
      <dl className="facts">
        <dt>{t('detail.accuracy.error')}</dt>
        <dd>{wape === undefined ? '–' : format.percent(wape)}</dd>
        <dt>{t('detail.accuracy.bias')}</dt>
        <dd>{bias === undefined ? '–' : format.signedPercent(bias)}</dd>
        <dt>{t('detail.accuracy.inside', { level: format.percent(level) })}</dt>
        <dd>{format.percent(inside)}</dd>
      </dl>
      <DataTable
        caption={t('detail.accuracy')}
        rows={[...days].reverse()}
        rowKey={({ date }) => date}
        limit={SHOWN_DAYS}
        fileName={`accuracy ${name}`}
        columns={[
          { name: t('col.date'), value: ({ date }) => date, show: ({ date }) => format.dayShort(date) },
          { name: t('detail.expected'), value: ({ expected }) => expected },
          { name: t('detail.sold'), value: ({ sold }) => sold },
          {
            name: t('detail.accuracy.isInside'),
            value: (day) => t(isInside(day, TOLD_LEVEL) ? 'common.yes' : 'common.no'),
          },
        ]}
      />
    </>
  );
}

/** Before the first day that is over, the test of the model is all there is, and it says that it is one. */
function Tested() {
  const { t, tn, format } = useLanguage();
  const tested = useQuery(modelQuery).data?.validation;
  return (
    <>
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
    </>
  );
}

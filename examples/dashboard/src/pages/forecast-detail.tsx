import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { HORIZONS } from '../api/periods.js';
import { dailyQuery, planQuery, type Subject } from '../api/queries.js';
import { seesProducts } from '../api/roles.js';
import { ForecastChart } from '../charts/forecast-chart.js';
import {
  type ChartDay,
  chartDays,
  type Daily,
  type Profile,
  weekProfile,
  yearProfile,
} from '../charts/forecast-series.js';
import { ProfileChart } from '../charts/profile-chart.js';
import { useLanguage } from '../i18n/locale.js';
import { usePeriod } from '../layout/use-period.js';
import { useRole } from '../layout/use-session.js';
import { Answer, Skeleton } from '../ui/answer.js';
import { ChartCard } from '../ui/chart-card.js';
import { Turn } from '../ui/in-turn.js';
import { Card } from '../ui/page.js';
import { AccuracyCard } from './accuracy-card.js';
import { plannedSpans } from './planned-spans.js';
import { StatisticsCard } from './statistics-card.js';
import { WhyCard } from './why-card.js';

/** Days of history above the forecast in the table. */
const TABLE_HISTORY = 7;

/** Turns of {@link InTurn} that a detail is drawn in. */
export const DETAIL_TURNS = 3;

/** History, forecast, seasons, parts and accuracy of a product or a category. */
export function ForecastDetail({ subject, name }: { readonly subject: Subject; readonly name: string }) {
  const [period] = usePeriod();
  const query = useQuery(dailyQuery(subject, HORIZONS[period]));
  return (
    <Answer
      query={query}
      waiting={
        <div className="detail-waiting">
          <Skeleton lines={10} />
        </div>
      }
    >
      {(daily) => <Detail daily={daily} subject={subject} name={name} />}
    </Answer>
  );
}

interface DetailProps {
  readonly daily: Daily;
  readonly subject: Subject;
  readonly name: string;
}

function Detail({ daily, subject, name }: DetailProps) {
  const { t, format } = useLanguage();
  const days = useMemo(() => chartDays(daily), [daily]);
  const levels = daily.levels.map((level) => format.percent(level)).join(', ');
  return (
    <>
      <ChartCard
        title={t('detail.forecast')}
        note={t('detail.forecast.note', { levels })}
        fileName={`forecast ${name}`}
        rows={days}
        rowKey={({ date }) => date}
        from={Math.max(0, days.findIndex(({ date }) => date > daily.last_day) - TABLE_HISTORY)}
        columns={[
          {
            name: t('col.date'),
            value: ({ date }) => date,
            show: ({ date }) => <span className="nowrap">{format.day(date)}</span>,
          },
          { name: t('detail.sold'), value: ({ sold }) => sold },
          { name: t('detail.expected'), value: ({ expected }) => expected },
          ...daily.levels.flatMap((level, i) => [
            {
              name: `${t('col.lower')} ${format.percent(level)}`,
              value: ({ lower }: ChartDay) => lower?.[i],
            },
            {
              name: `${t('col.upper')} ${format.percent(level)}`,
              value: ({ upper }: ChartDay) => upper?.[i],
            },
          ]),
          { name: t('detail.yearBefore'), value: ({ yearBefore }) => yearBefore },
          {
            name: t('col.promotion'),
            value: ({ promo }) => (promo ? t('common.yes') : ''),
          },
          { name: t('detail.events'), value: ({ event }) => event },
        ]}
      >
        {days.length > 0 ? (
          <FanChart days={days} daily={daily} name={name} />
        ) : (
          <p className="quiet">{t('common.none')}</p>
        )}
      </ChartCard>
      <div className="grid">
        {/* Columns that are there from the start: one that comes later would make the others narrower. */}
        <div className="column">
          <Turn at={1}>
            <WhyCard subject={subject} name={name} />
          </Turn>
        </div>
        <div className="column">
          <Turn at={2}>
            <ProfileCard
              title={t('detail.week')}
              note={t('detail.week.note')}
              unit={t('col.weekday')}
              name={name}
              names={Array.from({ length: 7 }, (_, day) => format.weekday(day))}
              profiles={weekProfile(days)}
            />
            <AccuracyCard subject={subject} name={name} />
          </Turn>
        </div>
        <div className="column">
          <Turn at={3}>
            <ProfileCard
              title={t('detail.year')}
              note={t('detail.year.note')}
              unit={t('col.month')}
              name={name}
              names={Array.from({ length: 12 }, (_, month) => format.month(month))}
              profiles={yearProfile(days)}
            />
            <StatisticsCard daily={daily} days={days} />
          </Turn>
        </div>
      </div>
    </>
  );
}

function FanChart({
  days,
  daily,
  name,
}: {
  readonly days: ChartDay[];
  readonly daily: Daily;
  readonly name: string;
}) {
  const { t } = useLanguage();
  const mayReadPlan = seesProducts(useRole());
  const plan = useQuery({ ...planQuery, enabled: mayReadPlan });
  const planned = useMemo(() => plannedSpans(plan.data?.plans ?? [], daily), [plan.data, daily]);
  return (
    <ForecastChart
      title={`${t('detail.forecast')}: ${name}`}
      days={days}
      levels={daily.levels}
      lastDay={daily.last_day}
      planned={planned}
    />
  );
}

interface ProfileCardProps {
  readonly title: string;
  readonly note: string;
  /** Name of what has an average each. */
  readonly unit: string;
  readonly name: string;
  readonly names: readonly string[];
  readonly profiles: readonly Profile[];
}

function ProfileCard({ title, note, unit, name, names, profiles }: ProfileCardProps) {
  const { t, format } = useLanguage();
  const rows = profiles.map((profile, i) => ({ ...profile, label: names[i] ?? '' }));
  if (rows.every(({ days }) => days === 0)) {
    return (
      <Card title={title}>
        <p className="quiet">{t('common.none')}</p>
      </Card>
    );
  }
  return (
    <ChartCard
      title={title}
      note={note}
      fileName={`${title} ${name}`}
      rows={rows}
      rowKey={({ label }) => label}
      columns={[
        { name: unit, value: ({ label }) => label, isSortable: false },
        { name: t('col.average'), value: ({ mean }) => mean },
        { name: format.percent(0.25), value: ({ low }) => low },
        { name: format.percent(0.75), value: ({ high }) => high },
      ]}
    >
      <ProfileChart title={title} names={names} profiles={profiles} />
    </ChartCard>
  );
}

import { useState } from 'react';
import { useLanguage } from '../../i18n/locale.js';
import { Button } from '../../ui/button.js';
import { addDays, daysFrom, weekdayOf } from '../../util/days.js';
import { spanOf } from '../planned-spans.js';
import { kindOf, type PlanEntry, subjectOf } from './plan-record.js';

interface CalendarProps {
  readonly plans: readonly PlanEntry[];
  /** Days that are chosen at present. */
  readonly from: string;
  readonly to: string;
  readonly onChoose: (from: string, to: string) => void;
}

const WEEK = 7;

/** A month of plans. The first day that is chosen begins a span, a later one ends it. */
export function Calendar({ plans, from, to, onChoose }: CalendarProps) {
  const { t, format, locale } = useLanguage();
  const [month, setMonth] = useState(`${from.slice(0, 7)}-01`);
  const title = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(month),
  );
  const choose = (day: string) => (from === to && day > from ? onChoose(from, day) : onChoose(day, day));
  const plansOn = (day: string) =>
    plans.filter((plan) => {
      const [first, last] = spanOf(plan);
      return day >= first && day <= last;
    });
  return (
    <div>
      <div className="calendar-head">
        <Button onClick={() => setMonth(monthAway(month, -1))} aria-label={t('plan.month.before')}>
          ←
        </Button>
        <h3 aria-live="polite">{title}</h3>
        <Button onClick={() => setMonth(monthAway(month, 1))} aria-label={t('plan.month.after')}>
          →
        </Button>
      </div>
      <table className="calendar">
        <caption className="visually-hidden">{`${t('plan.calendar')}: ${title}`}</caption>
        <thead>
          <tr>
            {Array.from({ length: WEEK }, (_, day) => (
              <th key={format.weekday(day)} scope="col">
                {format.weekday(day)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeksOf(month).map((week) => (
            <tr key={week[0]}>
              {week.map((day) => {
                const own = plansOn(day);
                const names = own.map((plan) => {
                  const kind = t(`plan.kind.${kindOf(plan)}`);
                  const subject = subjectOf(plan) ?? t('plan.scope.all');
                  return `${plan.event ?? kind}: ${subject}`;
                });
                return (
                  <td key={day} className={day.slice(0, 7) === month.slice(0, 7) ? undefined : 'other-month'}>
                    <button
                      type="button"
                      className="day"
                      aria-pressed={day >= from && day <= to}
                      aria-label={[
                        format.day(day),
                        ...(names.length > 0 ? names : [t('plan.day.none')]),
                      ].join('; ')}
                      title={names.join('\n')}
                      onClick={() => choose(day)}
                    >
                      <span>{Number(day.slice(8))}</span>
                      <span className="day-plans" aria-hidden="true">
                        {own.slice(0, 4).map((plan) => (
                          <span key={plan.id} className={`day-plan day-plan-${kindOf(plan)}`} />
                        ))}
                      </span>
                    </button>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      <ul className="legend" aria-hidden="true">
        {(['promo', 'price', 'closed', 'event'] as const).map((kind) => (
          <li key={kind}>
            <span className={`day-plan day-plan-${kind}`} /> {t(`plan.kind.${kind}`)}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Whole weeks, Monday first, that hold the days of a month. */
function weeksOf(month: string): string[][] {
  const start = addDays(month, -weekdayOf(month));
  const last = addDays(monthAway(month, 1), -1);
  const days = daysFrom(start, addDays(last, WEEK - 1 - weekdayOf(last)));
  return Array.from({ length: days.length / WEEK }, (_, week) => days.slice(week * WEEK, (week + 1) * WEEK));
}

/** First day of a month some months later. */
function monthAway(month: string, months: number): string {
  const date = new Date(month);
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1)).toISOString().slice(0, 10);
}

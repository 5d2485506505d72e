import { memo } from 'react';
import { useLanguage } from '../i18n/locale.js';
import { monthOf } from '../util/days.js';
import { areaPath, dayTicks, HEIGHT, linePath, scaleOf, valueTicks, WIDTH } from './chart-shapes.js';
import { type DayWindow, shareOf } from './day-window.js';
import { type ChartDay, promotionRuns } from './forecast-series.js';

/** Something that is planned on days to come. */
export interface PlannedSpan {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

/** Parts of a chart that can be left out of it. */
export type ChartPart = 'sold' | 'expected' | 'yearBefore' | 'events';

interface ForecastPlotProps {
  readonly title: string;
  readonly days: readonly ChartDay[];
  readonly dates: readonly string[];
  readonly levels: readonly number[];
  readonly lastDay: string;
  readonly planned: readonly PlannedSpan[];
  readonly shown: DayWindow;
  readonly hidden: ReadonlySet<ChartPart>;
}

/** Opacities from the narrowest band to the widest, each of which lies on the next. */
const BAND_OPACITY = [0.31, 0.19, 0.2];
const LINES = ['yearBefore', 'sold', 'expected'] as const;

/**
 * The days of a window. Shapes are stretched to the size of the chart, and texts are placed by shares of it, so that
 * nothing has to be measured.
 */
export const ForecastPlot = memo(function ForecastPlot(props: ForecastPlotProps) {
  const { title, days, dates, levels, lastDay, planned, shown, hidden } = props;
  const { format } = useLanguage();
  const window = days.slice(shown.first, shown.last + 1);
  const ticks = valueTicks(highest(window, hidden));
  const max = ticks.at(-1) ?? 1;
  const scale = scaleOf(shown, max);
  const left = (day: number) => `${100 * shareOf(day, shown)}%`;
  const spans = [
    ...(hidden.has('sold') ? [] : promotionRuns(window).map(([from, to]) => ({ name: '', from, to }))),
    ...planned,
  ].flatMap((span, i) => {
    const [from, to] = [dates.indexOf(span.from), dates.indexOf(span.to)];
    if (from < 0 || to < shown.first || from > shown.last) return [];
    return [
      { ...span, key: `${i} ${span.from}`, from: Math.max(shown.first, from), to: Math.min(shown.last, to) },
    ];
  });
  const cut = dates.indexOf(lastDay);
  return (
    <>
      <div className="chart-values" aria-hidden="true">
        {ticks.toReversed().map((value) => (
          <span key={value}>{format.number(value)}</span>
        ))}
      </div>
      <div className="chart-area">
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={title}>
          {ticks.map((value) => (
            <path key={value} className="chart-line" d={`M0,${scale.y(value)}h${WIDTH}`} />
          ))}
          {spans.map(({ key, from, to }) => (
            <rect
              key={key}
              className="chart-span"
              x={scale.x(from - 0.5)}
              width={scale.x(to + 0.5) - scale.x(from - 0.5)}
              height={HEIGHT}
            />
          ))}
          {levels
            .map((level, i) => (
              <path
                key={level}
                className="chart-band"
                opacity={BAND_OPACITY[i] ?? 0.2}
                d={areaPath((day) => boundsOf(days[day], i), shown, scale)}
              />
            ))
            .toReversed()}
          {LINES.filter((part) => !hidden.has(part)).map((part) => (
            <path
              key={part}
              className={`chart-${part}`}
              d={linePath((day) => days[day]?.[part], shown, scale)}
            />
          ))}
          {cut >= shown.first && cut <= shown.last && (
            <path className="chart-cut" d={`M${scale.x(cut)},0v${HEIGHT}`} />
          )}
        </svg>
        {spans.map(({ key, name, from }) => (
          <span key={key} className="chart-name" style={{ left: left(from) }}>
            {name}
          </span>
        ))}
        {!hidden.has('events') &&
          window.map(
            ({ date, event }, i) =>
              event !== '' && (
                <span
                  key={date}
                  className="chart-event"
                  style={{ left: left(shown.first + i) }}
                  aria-hidden="true"
                />
              ),
          )}
      </div>
      <div className="chart-days" aria-hidden="true">
        {dayTicks(dates, shown).map(({ day, isMonth }) => {
          const date = dates[day] ?? '';
          const isNewYear = monthOf(date) === 0;
          return (
            <span key={day} style={{ left: left(day) }}>
              {isMonth
                ? `${format.month(monthOf(date))}${isNewYear ? ` ${date.slice(0, 4)}` : ''}`
                : format.dayShort(date)}
            </span>
          );
        })}
      </div>
    </>
  );
});

function boundsOf(day: ChartDay | undefined, level: number): readonly [number, number] | undefined {
  const [lower, upper] = [day?.lower?.[level], day?.upper?.[level]];
  return lower === undefined || upper === undefined ? undefined : [lower, upper];
}

function highest(days: readonly ChartDay[], hidden: ReadonlySet<ChartPart>): number {
  let max = 0;
  for (const day of days) {
    for (const part of LINES) if (!hidden.has(part)) max = Math.max(max, day[part] ?? 0);
    for (const upper of day.upper ?? []) max = Math.max(max, upper);
  }
  return max;
}

import { useCallback, useMemo, useState } from 'react';
import { useLanguage } from '../i18n/locale.js';
import { DayTip } from './day-tip.js';
import { type DayWindow, LEAST_SPAN, shareOf, windowAt } from './day-window.js';
import { type ChartPart, ForecastPlot, type PlannedSpan } from './forecast-plot.js';
import type { ChartDay } from './forecast-series.js';
import { useGestures } from './use-gestures.js';
import { ZoomSlider } from './zoom-slider.js';

interface ForecastChartProps {
  readonly title: string;
  readonly days: readonly ChartDay[];
  readonly levels: readonly number[];
  readonly lastDay: string;
  readonly planned: readonly PlannedSpan[];
}

/** Days of history that are shown initially. */
const SHOWN_HISTORY = 120;
const PARTS: readonly ChartPart[] = ['sold', 'expected', 'yearBefore', 'events'];

/** Sales, forecast with its ranges, and a year before, over days that can be zoomed into. */
export function ForecastChart({ title, days, levels, lastDay, planned }: ForecastChartProps) {
  const { t } = useLanguage();
  const dates = useMemo(() => days.map(({ date }) => date), [days]);
  const [chosen, setChosen] = useState<{ readonly of: typeof days; readonly shown: DayWindow }>();
  const shown = useMemo(
    // Other days begin anew.
    () => (chosen?.of === days ? chosen.shown : firstWindow(dates, lastDay)),
    [chosen, days, dates, lastDay],
  );
  const [hidden, setHidden] = useState<ReadonlySet<ChartPart>>(new Set());
  const [pointed, setPointed] = useState<number>();
  const show = useCallback((next: DayWindow) => setChosen({ of: days, shown: next }), [days]);
  const gestures = useGestures({ shown, count: days.length, onShow: show, onPoint: setPointed });
  const toggle = (part: ChartPart) => {
    const others = new Set(hidden);
    if (!others.delete(part)) others.add(part);
    setHidden(others);
  };
  const day = pointed === undefined ? undefined : days[pointed];
  const share = shareOf(pointed ?? 0, shown);
  const parts = days.some(({ event }) => event !== '') ? PARTS : PARTS.filter((part) => part !== 'events');
  return (
    <div className="chart">
      <div className="chart-keys">
        {parts.map((part) => (
          <button
            key={part}
            type="button"
            className={`chart-key chart-key-${part}`}
            aria-pressed={!hidden.has(part)}
            onClick={() => toggle(part)}
          >
            {t(`detail.${part}`)}
          </button>
        ))}
      </div>
      <p className="chart-unit">{t('detail.perDay')}</p>
      <ForecastPlot {...{ title, days, dates, levels, lastDay, planned, shown, hidden }} />
      <div className="chart-touch" tabIndex={-1} {...gestures}>
        {day && share >= 0 && share <= 1 && (
          <>
            <span className="chart-pointer" style={{ left: `${100 * share}%` }} />
            <DayTip day={day} levels={levels} share={share} />
          </>
        )}
      </div>
      {dates.length > LEAST_SPAN && <ZoomSlider dates={dates} shown={shown} onShow={show} />}
    </div>
  );
}

/** The last days of history, and all that is forecast. */
function firstWindow(dates: readonly string[], lastDay: string): DayWindow {
  const cut = dates.findIndex((date) => date > lastDay);
  const first = Math.max(0, (cut < 0 ? dates.length : cut) - SHOWN_HISTORY);
  return windowAt({ share: 0, day: first }, dates.length - 1 - first, dates.length);
}

import { type Day, formatDay } from '../calendar/day.js';
import { checkWholeNumber, ForecastError, invalidOption } from '../errors.js';
import { lastDay, type Panel } from '../panel/panel.js';

/** Horizon and cutoffs of a backtest, which place its windows. */
export interface CutoffOptions {
  /** Days that are forecast from each cutoff. */
  readonly horizon: number;
  /** Last days of training. Default: `origins` cutoffs, the last one `horizon` days before the end of the panel. */
  readonly cutoffs?: readonly Day[];
  /** Number of cutoffs if they are not given. Default 3. */
  readonly origins?: number;
  /** Days between two of them. Default: the horizon, so that windows do not overlap. */
  readonly step?: number;
}

/**
 * The cutoffs of a rolling-origin backtest, earliest first; the whole horizon after each lies within the panel.
 *
 * @throws ForecastError `invalid-option` for an option that is not a positive whole number or a cutoff without a whole
 * test window, `too-short` if the panel is too short for that many windows.
 */
export function backtestCutoffs(panel: Panel, options: CutoffOptions): Day[] {
  const { horizon, origins = 3, step = horizon } = options;
  for (const [name, value] of Object.entries({ horizon, origins, step })) checkWholeNumber(name, value);
  const last = lastDay(panel) - horizon;
  if (options.cutoffs) return checkedCutoffs(panel.startDay, last, options.cutoffs);
  const first = last - (origins - 1) * step;
  if (first < panel.startDay) {
    throw new ForecastError(
      'too-short',
      `${panel.days} days are too few for ${origins} windows of ${horizon} days, ${step} days apart`,
      { path: ['origins'], hint: 'Use fewer origins, a shorter horizon or a longer history' },
    );
  }
  return Array.from({ length: origins }, (_, i) => first + i * step);
}

function checkedCutoffs(first: Day, last: Day, cutoffs: readonly Day[]): Day[] {
  if (cutoffs.length === 0) {
    invalidOption('cutoffs', 'A backtest needs at least one cutoff');
  }
  cutoffs.forEach((cutoff, i) => {
    if (Number.isInteger(cutoff) && cutoff >= first && cutoff <= last) return;
    const name = Number.isInteger(cutoff) ? formatDay(cutoff) : String(cutoff);
    const hint =
      first <= last
        ? `Cutoffs lie between ${formatDay(first)} and ${formatDay(last)}`
        : 'The panel is shorter than the horizon';
    throw new ForecastError('invalid-option', `There is no whole test window after ${name}`, {
      path: ['cutoffs', i],
      hint,
    });
  });
  return [...new Set(cutoffs)].sort((a, b) => a - b);
}

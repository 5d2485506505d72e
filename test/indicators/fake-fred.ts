import { formatDay, parseDay } from '../../src/calendar/day.js';
import type { Vintage } from '../../src/indicators/publications.js';
import { type Handler, json } from '../transport/fake-service.js';

export const FRED_KEY = 'abcdef0123456789abcdef0123456789';

/**
 * Behaves as fred/series/observations is documented to: key check, real-time periods cut to what was asked for, "."
 * for missing values, paging, at most 2,000 vintages, no days in the future.
 *
 * https://fred.stlouisfed.org/docs/api/fred/series_observations.html
 */
export function fakeFred(series: Readonly<Record<string, readonly Vintage[]>>, today: string): Handler {
  const refuse = (message: string) =>
    json({ error_code: 400, error_message: `Bad Request.  ${message}` }, 400);
  return (request, response) => {
    const answer = (handler: Handler) => handler(request, response);
    const { query } = request;
    if (request.path !== '/fred/series/observations') return answer(json({}, 404));
    if (query.get('api_key') !== FRED_KEY)
      return answer(refuse('The value for variable api_key is not registered.'));
    const vintages = series[query.get('series_id') ?? ''];
    if (!vintages) return answer(refuse('The series does not exist.'));
    const start = query.get('realtime_start') ?? today;
    const end = query.get('realtime_end') ?? today;
    if (start > today || (end > today && end !== '9999-12-31')) {
      return answer(refuse("Variable realtime_end can not be after today's date."));
    }
    const [from, to] = [parseDay(start), parseDay(end)];
    const dates = new Set(vintages.map((v) => v.knownFrom).filter((day) => day >= from && day <= to));
    if (dates.size > 2_000) {
      return answer(refuse('This exceeds the maximum number of vintage dates allowed (2000).'));
    }
    const first = parseDay(query.get('observation_start') ?? '1776-07-04');
    const rows = vintages
      .filter((v) => v.period >= first && v.knownFrom <= to && v.knownTo >= from)
      .sort((a, b) => a.period - b.period || a.knownFrom - b.knownFrom)
      .map((v) => ({
        realtime_start: formatDay(Math.max(v.knownFrom, from)),
        realtime_end: formatDay(Math.min(v.knownTo, to)),
        date: formatDay(v.period),
        value: Number.isNaN(v.value) ? '.' : String(v.value),
      }));
    const offset = Number(query.get('offset') ?? 0);
    const limit = Math.min(Number(query.get('limit') ?? 100_000), FAKE_PAGE);
    const page = rows.slice(offset, offset + limit);
    return answer(
      json({
        realtime_start: start,
        realtime_end: end,
        count: rows.length,
        offset,
        limit,
        observations: page,
      }),
    );
  };
}

/** Smaller than the real limit of 100,000, so that paging is exercised. */
export const FAKE_PAGE = 500;

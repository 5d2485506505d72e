import { useNavigate, useSearch } from '@tanstack/react-router';
import type { TimePeriod } from '../api/queries.js';

export const DEFAULT_PERIOD: TimePeriod = 'month';

/** The period in the address, and how to change it. */
export function usePeriod(): readonly [TimePeriod, (period: TimePeriod) => void] {
  const { period = DEFAULT_PERIOD } = useSearch({ from: '/app' });
  const navigate = useNavigate();
  return [period, (chosen) => void navigate({ to: '.', search: (old) => ({ ...old, period: chosen }) })];
}

import { useNavigate, useSearch } from '@tanstack/react-router';
import { DEFAULT_PERIOD, type TimePeriod } from '../api/periods.js';

/** The period in the address, and how to change it. */
export function usePeriod(): readonly [TimePeriod, (period: TimePeriod) => void] {
  const { period = DEFAULT_PERIOD } = useSearch({ from: '/app' });
  const navigate = useNavigate();
  return [period, (chosen) => void navigate({ to: '.', search: (old) => ({ ...old, period: chosen }) })];
}

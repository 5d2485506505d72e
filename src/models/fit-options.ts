import { checkEvents } from '../calendar/events.js';
import { checkWholeNumber } from '../errors.js';
import { type OptionTable, refuseUnknown } from '../options.js';
import type { Covariates, FitOptions, KnownFuture } from './contract.js';

const FUTURE: OptionTable<KnownFuture> = { startDay: 1, days: 1, price: 1, promo: 1, open: 1, available: 1 };
const COVARIATES: OptionTable<Covariates> = {
  events: 1,
  indicators: 1,
  future: FUTURE,
  pastOnly: 1,
  static: 1,
};
const FIT_OPTIONS: OptionTable<FitOptions> = {
  seed: 1,
  covariates: COVARIATES,
  horizon: 1,
  shared: 1,
  workers: 1,
  signal: 1,
  onProgress: 1,
};

/** Checks the options of `ForecastModel.fit`. @throws ForecastError `invalid-option` */
export function checkFitOptions(options: FitOptions | undefined): void {
  refuseUnknown(options, FIT_OPTIONS);
  checkEvents(options?.covariates?.events ?? []);
  if (options?.horizon !== undefined) checkWholeNumber('horizon', options.horizon);
}

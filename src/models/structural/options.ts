import { checkWholeNumber, invalidOption } from '../../errors.js';
import { type OptionTable, refuseUnknown } from '../../options.js';

export interface StructuralOptions {
  /** Years before the cutoff that factors are learnt from. Default 5. */
  readonly years?: number;
  /** Days that a step of the panel stands for: 7 for a panel of weeks, each dated by its last day. Default 1. */
  readonly stepDays?: 1 | 7;
  /**
   * Steps of the horizon to tune for: the smoothing of levels is chosen by the errors of sums of this many
   * steps at past origins. Default 28 days.
   */
  readonly horizon?: number;
}

export type StructuralSettings = Required<StructuralOptions>;

const STRUCTURAL_OPTIONS: OptionTable<StructuralOptions> = { years: 1, stepDays: 1, horizon: 1 };

/** @throws ForecastError `invalid-option` for an option that is unknown, not whole or too small. */
export function structuralSettings(options: StructuralOptions): StructuralSettings {
  refuseUnknown(options, STRUCTURAL_OPTIONS);
  const { years = 5, stepDays = 1 } = options;
  const settings = { years, stepDays, horizon: options.horizon ?? Math.round(28 / stepDays) };
  checkWholeNumber('years', years);
  checkWholeNumber('horizon', settings.horizon);
  if (stepDays !== 1 && stepDays !== 7) {
    invalidOption('stepDays', `stepDays must be 1 or 7, not ${String(stepDays)}`);
  }
  return settings;
}

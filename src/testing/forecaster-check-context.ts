import type { CovariateKind, FitOptions, ForecastModel } from '../models/contract.js';
import type { Panel } from '../panel/panel.js';

/** Model, panel and options that every check gets. */
export interface CheckContext {
  readonly model: ForecastModel;
  /** Makes the model with equal options. */
  readonly remake: () => ForecastModel;
  readonly panel: Panel;
  readonly fitOptions: FitOptions;
  readonly horizon: number;
  readonly levels: readonly number[];
  /** A larger panel, whose fit is aborted. */
  readonly slowPanel: () => Panel;
  readonly abortWithinMs: number;
}

/** A named requirement of the contract. */
export interface ForecasterCheck {
  readonly name: string;
  /** The check runs only for models that use one of these kinds. */
  readonly uses?: readonly CovariateKind[];
  run(context: CheckContext): Promise<void>;
}

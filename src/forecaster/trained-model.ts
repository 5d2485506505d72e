import { ForecastError } from '../errors.js';
import type { FittedModel, KnownFuture, StepRange } from '../models/contract.js';
import type { Plan } from '../plan/index.js';
import { futureOfPlans, type PlannedPanel } from '../plan/plan-columns.js';
import type { ForecastSnapshot } from './snapshot.js';

/** A snapshot with its fitted model, for questions that a snapshot alone cannot answer. */
export interface TrainedModel {
  readonly snapshot: ForecastSnapshot;
  readonly fitted: FittedModel;
  /** Plans that were known to the training. */
  readonly plans: readonly Plan[];
  /** Names of the events of the history; undefined where the training was elsewhere. */
  readonly learntEvents?: ReadonlySet<string>;
}

/** Days after a period on which plans still matter, as buyers wait for promotions. */
const DAYS_AFTER = 7;

/**
 * Returns the fitted model of a snapshot.
 *
 * @throws ForecastError `not-trained` if there is only the snapshot.
 */
export function requireFitted(fitted: FittedModel | undefined): FittedModel {
  if (fitted) return fitted;
  throw new ForecastError(
    'not-trained',
    'This question needs the fitted model, and there is only a snapshot',
    {
      hint: 'Train in this process, or call useSnapshot(snapshot, model.load(json)).',
    },
  );
}

/** @throws ForecastError `invalid-model` if the model is not the one of the snapshot. */
export function checkSameModel(snapshot: ForecastSnapshot, fitted: FittedModel): void {
  const { cutoffDay, productIds } = snapshot;
  if (fitted.cutoffDay === cutoffDay && fitted.seriesCount === productIds.length) return;
  throw new ForecastError('invalid-model', 'The model was not fitted on the sales of the snapshot', {
    path: ['fitted'],
  });
}

/** The known future under given plans; undefined if none of them touches the days in question. */
export function futureUnder(
  { snapshot }: Pick<TrainedModel, 'snapshot'>,
  plans: readonly Plan[],
  range: StepRange,
): KnownFuture | undefined {
  return futureOfPlans(plannedPanel(snapshot), plans, range.to + DAYS_AFTER);
}

/** The series of a snapshot, and the day after which its forecasts begin. */
export function plannedPanel({
  cutoffDay,
  productIds,
  categories,
  categoryOf,
  attributes,
}: ForecastSnapshot): PlannedPanel {
  return {
    startDay: cutoffDay,
    days: 1,
    seriesCount: productIds.length,
    ids: productIds,
    categories,
    categoryOf,
    attributes,
  };
}

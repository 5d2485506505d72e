import type { Day } from '../../../calendar/day.js';
import type { StructuralState } from '../../structural/state.js';
import type { CutoffLevels } from '../../structural/structure-source.js';
import type { ExtraColumns } from './extra-columns.js';
import type { SalesHistory } from './sales-history.js';
import type { TrainedDirectModel } from './train-model.js';

/** Everything that a fitted direct boosting model consists of. */
export interface DirectState extends TrainedDirectModel {
  readonly cutoffDay: Day;
  /** The last steps of the history, as many as features use. */
  readonly tail: SalesHistory;
  /** Columns that covariates add to the features, as far back as features use them. */
  readonly extras: ExtraColumns;
  readonly structure: StructuralState;
  readonly levels: CutoffLevels;
}

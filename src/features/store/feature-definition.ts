import { canonicalJson, sha256Hex } from '../../canonical-json.js';
import { FEATURE_NAMES, FEATURE_REACH, type FeatureName, ROLLING_WINDOW, SALES_LAGS } from '../names.js';

/** What a set of features is and how it is computed: plain data, from which its version is made. */
export interface FeatureDefinition {
  readonly name: string;
  /** Counted up when the computation changes without any of the other properties doing so. */
  readonly implementation: number;
  readonly features: readonly string[];
  /** Days of earlier sales that the features of a day depend on. */
  readonly reach: number;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Features that are the same for all series on a day. */
export const SHARED_FEATURES = [
  'day_of_week',
  'day_of_month',
  'week_of_year',
  'month',
  'quarter',
  'is_holiday',
  'gdp',
  'inflation',
  'consumer_confidence',
] as const satisfies readonly FeatureName[];

/** Features that each series has its own of. */
export const SERIES_FEATURES: readonly FeatureName[] = FEATURE_NAMES.filter(
  (name) => !(SHARED_FEATURES as readonly FeatureName[]).includes(name),
);

/** The 15 documented features, as `computeFeatures` makes them. */
export const DOCUMENTED_FEATURES: FeatureDefinition = {
  name: 'documented',
  implementation: 1,
  features: FEATURE_NAMES,
  reach: FEATURE_REACH,
  parameters: { salesLags: SALES_LAGS, rollingWindow: ROLLING_WINDOW },
};

/** Name of a version of a definition: any change of the definition gives another one, under which values are kept apart. */
export async function featureVersion(definition: FeatureDefinition): Promise<string> {
  return `${definition.name}-${(await sha256Hex(canonicalJson(definition))).slice(0, 16)}`;
}

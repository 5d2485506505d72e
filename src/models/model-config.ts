import { canonicalJson } from '../canonical-json.js';
import type { ForecastModel, ModelConfig } from './contract.js';

/**
 * Makes the config of a model from its resolved options: a copy as plain JSON data, so that later changes of
 * the options do not affect it. Undefined options are left out.
 */
export function modelConfig(
  name: string,
  options: Readonly<Record<string, unknown>>,
  members?: readonly ForecastModel[],
): ModelConfig {
  return JSON.parse(canonicalJson({ name, options, members: members?.map(configOf) }));
}

/** The config of a model; a model without one is identified by its name. */
export function configOf(model: ForecastModel): ModelConfig {
  return model.config ?? { name: model.name, options: {} };
}

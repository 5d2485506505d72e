import { canonicalJson } from '../canonical-json.js';
import { modelConfigSchema } from '../forecaster/lineage.js';
import { checkedBy } from '../schema.js';
import type { CheckContext } from './forecaster-check-context.js';
import { expectEqual, expectTrue } from './named-checks.js';

/** Checks the config of a model; without one, it is identified by its name and there is nothing to check. */
export async function describesItself({ model, remake, panel, fitOptions }: CheckContext): Promise<void> {
  if (model.config === undefined) return;
  const { success, error } = checkedBy(modelConfigSchema(), model.config);
  expectTrue(success, `the config is not plain JSON data in the form of ModelConfig: ${error?.message}`);
  expectEqual(model.config.name, model.name, 'name in the config');
  const before = canonicalJson(model.config);
  await model.fit(panel, fitOptions);
  expectEqual(canonicalJson(model.config), before, 'config after a fit');
  expectEqual(canonicalJson(remake().config), before, 'config of a model with equal options');
}

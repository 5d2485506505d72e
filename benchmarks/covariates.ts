import { existsSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { structural } from '../src/models/structural/index.js';
import { CASE_NAMES, loadCase } from './accuracy/cases.js';
import { CASE_KINDS, everyInput } from './accuracy/known-inputs.js';
import { defaultModel } from './accuracy/methods.js';
import { type Ablation, ablate } from './covariates/ablation.js';
import { costOfPlans } from './covariates/cost.js';
import { retailShop } from './covariates/retail-shop.js';

/**
 * What covariates are worth and what they cost: the error of forecasts with and without each kind, on the data of the accuracy
 * cases in windows that end before those of the tests, and on a generated shop; and the time and the memory of fits.
 *
 * npx tsx benchmarks/covariates.ts [--data DIR] [--case A,B,C,D] [--model structural|default] [--windows 2] [--shop] [--cost]
 *   [--json FILE]
 */
const { values: flags } = parseArgs({
  options: {
    data: { type: 'string' },
    case: { type: 'string' },
    model: { type: 'string', default: 'structural' },
    windows: { type: 'string', default: '2' },
    shop: { type: 'boolean', default: false },
    cost: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});

const rows: object[] = [];

function print(title: string, ablations: readonly Ablation[]): void {
  console.log(`\n${title}`);
  console.table(
    ablations.map(({ known, ...metrics }) => ({
      known,
      ...Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, Number(value.toFixed(4))])),
    })),
  );
  rows.push(...ablations.map((one) => ({ title, ...one })));
}

const windows = Number(flags.windows);
for (const name of flags.case?.split(',') ?? []) {
  const caseName = CASE_NAMES.find((known) => known === name);
  if (!caseName) throw new Error(`There is no case "${name}": ${CASE_NAMES.join(', ')}`);
  if (flags.data === undefined || !existsSync(flags.data)) {
    console.log('Skipped: pass the folder of the data sets with --data.');
    continue;
  }
  const data = loadCase(caseName, flags.data);
  const inputs = await everyInput(data, flags.data);
  const model =
    flags.model === 'default'
      ? defaultModel(data)
      : structural({ stepDays: data.grid === 'week' ? 7 : 1, horizon: data.horizon });
  const found = await ablate(data, inputs, CASE_KINDS[caseName], model, windows);
  print(`Case ${name}, ${model.name}, ${windows} windows before those of the tests`, found);
}
if (flags.shop) {
  const { data, inputs, kinds } = retailShop();
  for (const model of [structural({ horizon: data.horizon }), defaultModel(data)]) {
    print(
      `Generated shop, ${model.name}, ${windows} windows`,
      await ablate(data, inputs, kinds, model, windows),
    );
  }
}
if (flags.cost) {
  const costs = await costOfPlans();
  console.log('\nFits of the default model');
  console.table(costs);
  rows.push(...costs);
}
if (flags.json) writeFileSync(flags.json, JSON.stringify(rows, null, 1));

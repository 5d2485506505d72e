import { canonicalJson } from '../../../canonical-json.js';
import { runInSlices } from '../../../long-call.js';
import type { Panel } from '../../../panel/panel.js';
import { panelFingerprint } from '../../../panel/panel-fingerprint.js';
import type { FitOptions, FittedModel } from '../../contract.js';
import { adjustedPanel } from '../../structural/adjusted-panel.js';
import { fitStructural, type StructuralFit } from '../../structural/fit.js';
import type { StructuralState } from '../../structural/state.js';
import { type EnsembleMembers, phased } from './ensemble-members.js';

/** The members of an ensemble without its boosters, fitted on a panel. */
export interface UnboostedMembers {
  readonly state: StructuralState;
  readonly plain: readonly FittedModel[];
}

/** Fits the plain members on what the structural model leaves, and keeps both for the other fits of the training. */
export async function fitPlain(
  members: EnsembleMembers,
  panel: Panel,
  { state, learnt }: StructuralFit,
  options: FitOptions,
): Promise<UnboostedMembers> {
  const { base, plain } = members;
  // A step of the plain members, for which it is done.
  const adjusted = await runInSlices(adjustedPanel(panel, learnt), phased(options, plain[0] ?? base));
  const fitted: FittedModel[] = [];
  for (const model of plain) fitted.push(await model.fit(adjusted, phased(options, model)));
  const unboosted = { state, plain: fitted };
  options.shared?.set(await keyOf(members, panel, options), unboosted);
  return unboosted;
}

/** Fits the members but for the boosters, or takes them from another fit of the training. */
export async function fitUnboosted(
  members: EnsembleMembers,
  panel: Panel,
  options: FitOptions,
): Promise<UnboostedMembers> {
  const { covariates = {}, shared } = options;
  const known = shared?.get(await keyOf(members, panel, options)) as UnboostedMembers | undefined;
  // Only forecasts depend on what is planned.
  if (known) return { ...known, state: { ...known.state, future: covariates.future } };
  const fit = fitStructural(panel, covariates, members.baseSettings);
  return fitPlain(members, panel, await runInSlices(fit, phased(options, members.base)), options);
}

/** Everything that these members depend on; empty where nothing is shared. */
async function keyOf(
  { baseSettings }: EnsembleMembers,
  panel: Panel,
  { shared, covariates, signal }: FitOptions,
): Promise<string> {
  if (!shared) return '';
  const sales = await panelFingerprint({ ...panel, revenue: undefined, soldUnits: undefined }, { signal });
  return `unboosted members ${canonicalJson({ baseSettings, events: covariates?.events ?? [], sales })}`;
}

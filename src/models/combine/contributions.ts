import type { ContributionOptions, Contributions, FittedModel } from '../contract.js';
import { ContributionSums } from '../explanation.js';

/** Contributions of a member; all `rest` for a member that cannot be explained. */
export async function contributionsOf(
  member: FittedModel,
  options: ContributionOptions,
): Promise<Contributions> {
  if (member.contributions) return member.contributions(options);
  const { series, weights, range, signal, onProgress, future } = options;
  const { mean } = await member.forecast({ horizon: range.to, signal, onProgress, future });
  const sums = new ContributionSums();
  for (let k = 0; k < series.length; k++) {
    for (let at = series[k] * range.to + range.from; at < (series[k] + 1) * range.to; at++) {
      sums.add('rest', (weights?.[k] ?? 1) * mean[at]);
    }
  }
  return sums.parts;
}

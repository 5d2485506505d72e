import { expm1, log } from '../math/index.js';
import type { ContributionPart, ContributionSums } from './explanation.js';

/**
 * Attributes `base * product - base` to the factors by the logarithmic mean Divisia index, which leaves no residual
 * and does not depend on the order of the factors. A factor of zero takes away all of the base, whatever the others
 * are (the limit of the index).
 *
 * Source: B. W. Ang, Energy Policy 32 (2004); for zeros Ang and Liu, Energy Policy 35 (2007).
 */
export function addFactors(
  sums: ContributionSums,
  base: number,
  parts: readonly ContributionPart[],
  factors: readonly number[],
): void {
  const zeros = factors.filter((factor) => factor === 0).length;
  if (zeros > 0) {
    factors.forEach((factor, k) => {
      if (factor === 0) sums.add(parts[k], -base / zeros);
    });
    return;
  }
  const logs = factors.map(log);
  const mean = base * meanGrowth(logs.reduce((sum, log) => sum + log, 0));
  logs.forEach((log, k) => {
    sums.add(parts[k], mean * log);
  });
}

/** `(e^log - 1) / log`: the logarithmic mean of one and a factor. */
export function meanGrowth(log: number): number {
  return log === 0 ? 1 : expm1(log) / log;
}

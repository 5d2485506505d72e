import type { BoosterParams, MonotoneConstraint } from '../params.js';

/** Facts about a node that the rules need: sums over its rows, its own gain, and bounds of its weight. */
export interface NodeStatistics {
  readonly gradient: number;
  readonly hessian: number;
  readonly gain: number;
  /** Bounds from monotone constraints at ancestors; infinite without any. */
  readonly lower: number;
  readonly upper: number;
}

/**
 * Weights and gains of leaves with XGBoost's regularisation (Chen and Guestrin 2016, equations 5 to 7), in its
 * float32 arithmetic where that decides between candidates.
 */
export class LeafRules {
  private readonly lambda: number;
  private readonly alpha: number;
  private readonly minChildWeight: number;
  private readonly maxDeltaStep: number;
  private readonly monotone: readonly MonotoneConstraint[];
  private readonly constrained: boolean;

  constructor(params: BoosterParams) {
    this.lambda = params.lambda;
    this.alpha = params.alpha;
    this.minChildWeight = params.minChildWeight;
    this.maxDeltaStep = params.maxDeltaStep;
    this.monotone = params.monotoneConstraints;
    this.constrained = params.monotoneConstraints.some((sign) => sign !== 0);
  }

  /** Weight of a leaf with these sums, within the bounds of the node. */
  weight(gradient: number, hessian: number, lower: number, upper: number): number {
    if (hessian < this.minChildWeight || hessian <= 0) return Math.min(upper, Math.max(lower, 0));
    let weight = -this.shrink(gradient) / (hessian + this.lambda);
    const limit = this.maxDeltaStep;
    if (limit > 0 && Math.abs(weight) > limit) weight = weight > 0 ? limit : -limit;
    return Math.fround(Math.min(upper, Math.max(lower, weight)));
  }

  /** Gain of one node as it stands. */
  gain(gradient: number, hessian: number, lower: number, upper: number): number {
    if (hessian <= 0) return 0;
    if (this.maxDeltaStep === 0 && !this.constrained) {
      const shrunk = this.shrink(gradient);
      return Math.fround(Math.fround(shrunk * shrunk) / Math.fround(hessian + this.lambda));
    }
    return this.gainOfWeight(gradient, hessian, this.weight(gradient, hessian, lower, upper));
  }

  /** Sum of the gains of both sides; -Infinity if their weights violate the feature's constraint. */
  splitGain(
    node: NodeStatistics,
    feature: number,
    leftGradient: number,
    leftHessian: number,
    rightGradient: number,
    rightHessian: number,
  ): number {
    const { lower, upper } = node;
    if (!this.constrained) {
      return Math.fround(
        this.gain(leftGradient, leftHessian, lower, upper) +
          this.gain(rightGradient, rightHessian, lower, upper),
      );
    }
    const left = this.weight(leftGradient, leftHessian, lower, upper);
    const right = this.weight(rightGradient, rightHessian, lower, upper);
    const sign = this.monotone[feature];
    if ((sign > 0 && left > right) || (sign < 0 && left < right)) return -Infinity;
    return Math.fround(
      this.gainOfWeight(leftGradient, leftHessian, left) +
        this.gainOfWeight(rightGradient, rightHessian, right),
    );
  }

  /** The bounds of both children after a split, `[leftLower, leftUpper, rightLower, rightUpper]`. */
  childBounds(
    node: NodeStatistics,
    feature: number,
    left: number,
    right: number,
  ): [number, number, number, number] {
    const sign = this.constrained ? this.monotone[feature] : 0;
    const { lower, upper } = node;
    if (sign === 0) return [lower, upper, lower, upper];
    const middle = Math.fround((left + right) / 2);
    return sign > 0 ? [lower, middle, middle, upper] : [middle, upper, lower, middle];
  }

  private shrink(gradient: number): number {
    const { alpha } = this;
    if (gradient > alpha) return gradient - alpha;
    return gradient < -alpha ? gradient + alpha : 0;
  }

  private gainOfWeight(gradient: number, hessian: number, weight: number): number {
    if (hessian <= 0) return 0;
    const f = Math.fround;
    const linear = f(f(2 * f(gradient)) * weight);
    const square = f(f(f(hessian) + f(this.lambda)) * f(weight * weight));
    return -f(linear + square);
  }
}

/** The best split of a node; `feature` is -1 if there is none. */
export interface Split {
  gain: number;
  feature: number;
  /** Last bin that goes left, for a numeric split; -1 if only missing values do. */
  bin: number;
  /** Categories that go right, for a categorical split. */
  goesRight: Uint8Array | undefined;
  defaultLeft: boolean;
  leftGradient: number;
  leftHessian: number;
}

/** Makes the split that a search starts from, with a gain of 0. */
export function noSplit(): Split {
  return {
    gain: 0,
    feature: -1,
    bin: 0,
    goesRight: undefined,
    defaultLeft: false,
    leftGradient: 0,
    leftHessian: 0,
  };
}

export type { ForecastFactors } from './future-factors.js';
export type { LifeCycle, LifeCycleStatus } from './life-cycle.js';
export type { StructuralOptions } from './options.js';
export { type StructuralModel, structural } from './structural.js';

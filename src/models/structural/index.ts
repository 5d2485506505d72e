export type { FittedStructural } from './fitted-structural.js';
export type { ForecastFactors } from './future-factors.js';
export type { StructuralOptions } from './options.js';
export { lifeCycle } from './panel-life-cycle.js';
export { type StructuralModel, structural } from './structural.js';

export { negativeBinomialDemand, poissonDemand } from './count-demand.js';
export { certainDemand, type DemandLaw, expectedOverstock } from './demand-law.js';
export { discreteDemand } from './discrete-demand.js';
export { gammaDemand } from './gamma-demand.js';
export {
  type LeadTime,
  type LeadTimeCase,
  leadTimeCases,
  leadTimeDays,
  leadTimeDemand,
} from './lead-time-demand.js';
export { type DemandCase, mixtureDemand } from './mixture-demand.js';
export { normalDemand, normalLoss } from './normal-demand.js';
export { demandFromQuantiles, type QuantileDemandOptions } from './quantile-demand.js';
export { type SumDemandOptions, sumDemand } from './sum-demand.js';

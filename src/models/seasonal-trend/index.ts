export { FittedPanel, fitPanel, seasonalTrend } from './panel-model.js';
export type { PanelOptions } from './panel-options.js';

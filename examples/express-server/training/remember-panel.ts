import type { ForecastModel, Panel } from 'commerce-forecast';

/** A model, and the longest panel that it was fitted on: that of the training, which its validation sees a part of. */
export function rememberPanel(model: ForecastModel): {
  readonly model: ForecastModel;
  panel(): Panel;
} {
  let longest: Panel | undefined;
  return {
    model: {
      specificationVersion: model.specificationVersion,
      name: model.name,
      maxConcurrentFits: model.maxConcurrentFits,
      fit(panel, options) {
        if (!longest || panel.days > longest.days) longest = panel;
        return model.fit(panel, options);
      },
      load: (data) => model.load(data),
    },
    panel: () => longest!,
  };
}

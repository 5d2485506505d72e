import { ForecastError } from '../../errors.js';
import { square } from '../../math/index.js';
import type { EventFeature } from './event-features.js';
import { eventColumn } from './event-features.js';
import { fourierColumns } from './fourier.js';
import type { Points } from './series/points.js';
import type { EffectMode } from './series/series-options.js';
import { fillUnseen, type UnseenPhases } from './unseen-phases.js';

interface ComponentBase {
  readonly name: string;
  /** Deviation of the prior of the coefficients, in scaled units. */
  readonly priorScale: number;
  readonly mode: EffectMode;
}

export interface Seasonality extends ComponentBase {
  readonly kind: 'seasonality';
  /** Days. */
  readonly period: number;
  readonly fourierOrder: number;
  readonly condition?: string;
  /** Phases without an observation; undefined if there are none. */
  readonly unseen?: UnseenPhases;
}

export interface EventEffect extends ComponentBase {
  readonly kind: 'event';
  readonly features: readonly EventFeature[];
}

export interface Regressor extends ComponentBase {
  readonly kind: 'regressor';
  /** Values are centred on it and divided by `deviation`. */
  readonly mean: number;
  readonly deviation: number;
}

/** A named part of the model besides the trend: a few columns of the design. Plain data. */
export type Component = Seasonality | EventEffect | Regressor;

/** Number of columns. */
export function componentSize(component: Component): number {
  if (component.kind === 'seasonality') return 2 * component.fourierOrder;
  return component.kind === 'event' ? component.features.length : 1;
}

/** Names of the columns, as Prophet names them. */
export function columnNames(component: Component): string[] {
  const { name } = component;
  if (component.kind === 'seasonality') {
    return Array.from({ length: componentSize(component) }, (_, i) => `${name}_delim_${i + 1}`);
  }
  if (component.kind === 'regressor') return [name];
  return component.features.map(({ offset }) => `${name}_delim_${offset < 0 ? '-' : '+'}${Math.abs(offset)}`);
}

/** The columns at the given points. */
export function componentColumns(component: Component, points: Points): Float64Array[] {
  if (component.kind === 'event') {
    return component.features.map((feature) => eventColumn(feature, points.days));
  }
  if (component.kind === 'regressor') {
    const { mean, deviation } = component;
    return [input(points, component.name).map((value) => (value - mean) / deviation)];
  }
  const columns = fourierColumns(points.days, component.period, component.fourierOrder);
  const { unseen, period } = component;
  if (unseen) fillUnseen(unseen, period, points.days, columns);
  if (component.condition === undefined) return columns;
  const holds = input(points, component.condition);
  for (const column of columns) {
    for (let i = 0; i < column.length; i++) if (holds[i] === 0) column[i] = 0;
  }
  return columns;
}

function input(points: Points, name: string): Float64Array {
  const column = points.inputs.get(name);
  if (column === undefined) throw new ForecastError('invalid-data', `${name} is missing`, { path: [name] });
  return column;
}

/** The columns of all components at the given points, one after the other. */
export function allColumns(components: readonly Component[], points: Points): Float64Array[] {
  return components.flatMap((component) => componentColumns(component, points));
}

/** Prior precision of every column. */
export function columnPrecisions(components: readonly Component[]): Float64Array {
  return Float64Array.from(
    components.flatMap((component) =>
      new Array<number>(componentSize(component)).fill(1 / square(component.priorScale)),
    ),
  );
}

/** 1 for every column that multiplies the trend. */
export function multiplicativeColumns(components: readonly Component[]): Uint8Array {
  return Uint8Array.from(
    components.flatMap((component) =>
      new Array<number>(componentSize(component)).fill(component.mode === 'multiplicative' ? 1 : 0),
    ),
  );
}

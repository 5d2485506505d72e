import { FIRST_DAY, LAST_DAY } from '../../../calendar/day.js';
import { type CheckedJson, MOST } from '../../../checked-json.js';
import { type Component, columnNames } from '../components.js';
import { readEventFeature } from '../event-features.js';
import { readUnseen } from '../unseen-phases.js';
import type { Specification } from './specification.js';

/** Highest number of waves of a seasonality, and of changepoints of a trend. */
const MOST_WAVES = 100_000;
/** Smallest span and scale, so that nothing divided by them overflows. */
const LEAST = 1e-30;

/**
 * Reads and checks a stored specification.
 *
 * @throws ForecastError `invalid-model` for invalid growth, components or numbers.
 */
export function readSpecification(json: CheckedJson): Specification {
  const components = json.objects('components').map(readComponent);
  const names = components.flatMap(columnNames);
  if (names.length > MOST_WAVES || new Set(names).size < names.length) json.fail('components');
  const changepoints = json.numbers('changepoints');
  changepoints.forEach((time, i) => {
    if (i > 0 && time < changepoints[i - 1]) json.fail('changepoints', i);
  });
  const startDay = json.number('startDay', FIRST_DAY, LAST_DAY);
  return {
    growth: json.oneOf('growth', ['linear', 'logistic', 'flat']),
    startDay,
    span: json.number('span', LEAST, LAST_DAY - FIRST_DAY),
    lastDay: json.optional('lastDay', () => json.number('lastDay', startDay, LAST_DAY)),
    scale: json.number('scale', LEAST),
    floor: json.number('floor'),
    floorGiven: json.optional('floorGiven', () => json.flag('floorGiven')),
    changepoints,
    changepointPriorScale: json.number('changepointPriorScale', LEAST),
    components,
    intervalLevel: json.number('intervalLevel', 1e-9, 1 - 1e-9),
    nonNegative: json.flag('nonNegative'),
  };
}

function readComponent(json: CheckedJson): Component {
  const common = {
    name: json.text('name'),
    priorScale: json.number('priorScale', LEAST),
    mode: json.oneOf('mode', ['additive', 'multiplicative']),
  };
  const kind = json.oneOf('kind', ['seasonality', 'event', 'regressor']);
  if (kind === 'event') return { kind, ...common, features: json.objects('features').map(readEventFeature) };
  if (kind === 'regressor') {
    return { kind, ...common, mean: json.number('mean'), deviation: json.number('deviation', LEAST, MOST) };
  }
  const period = json.number('period', LEAST);
  const fourierOrder = json.integer('fourierOrder', 1, MOST_WAVES);
  return {
    kind,
    ...common,
    period,
    fourierOrder,
    condition: json.has('condition') ? json.text('condition') : undefined,
    ...(json.has('unseen') && { unseen: readUnseen(json.object('unseen'), period, fourierOrder) }),
  };
}

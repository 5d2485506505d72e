import { isRecord } from '../../../../checked-json.js';
import { type ErrorPath, ForecastError } from '../../../../errors.js';
import { type BoosterParams, OBJECTIVES, type ObjectiveName } from '../params.js';

/** A node of an XGBoost model document, common to JSON and UBJSON. Lists of numbers are typed arrays. */
export type DocumentValue =
  | string
  | number
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Float32Array
  | readonly DocumentValue[]
  | { readonly [name: string]: DocumentValue };

const OBJECTIVE_NAMES: Readonly<Record<ObjectiveName, string>> = {
  squared: 'reg:squarederror',
  absolute: 'reg:absoluteerror',
  quantile: 'reg:quantileerror',
  poisson: 'count:poisson',
  tweedie: 'reg:tweedie',
  gamma: 'reg:gamma',
  huber: 'reg:pseudohubererror',
  logistic: 'binary:logistic',
};

const OUR_NAMES: ReadonlyMap<string, ObjectiveName> = new Map(
  OBJECTIVES.map((ours) => [OBJECTIVE_NAMES[ours], ours]),
);

/** The `objective` part of the document. */
export function objectiveDocument(params: BoosterParams): DocumentValue {
  const name = OBJECTIVE_NAMES[params.objective];
  switch (params.objective) {
    case 'squared':
    case 'logistic':
      return { name, reg_loss_param: { scale_pos_weight: '1' } };
    case 'poisson':
      return { name, poisson_regression_param: { max_delta_step: String(params.maxDeltaStep) } };
    case 'tweedie':
      return {
        name,
        tweedie_regression_param: { tweedie_variance_power: String(params.tweedieVariancePower) },
      };
    case 'huber':
      return { name, pseudo_huber_param: { huber_slope: String(params.huberSlope) } };
    case 'quantile':
      return { name, quantile_loss_param: { quantile_alpha: `[${params.quantiles.join(',')}]` } };
    case 'absolute':
    case 'gamma':
      return { name };
  }
}

/** The parameters that the `objective` part of a document states. */
export function paramsOfObjective(objective: unknown, path: ErrorPath): Partial<BoosterParams> {
  const name = stringField(objective, 'name', path);
  const ours = name === 'reg:logistic' ? 'logistic' : OUR_NAMES.get(name);
  if (!ours) {
    invalid(`The objective '${name}' is not supported`, [...path, 'name']);
  }
  switch (ours) {
    case 'poisson':
      return {
        objective: ours,
        maxDeltaStep: nested(objective, 'poisson_regression_param', 'max_delta_step', path),
      };
    case 'tweedie': {
      const power = nested(objective, 'tweedie_regression_param', 'tweedie_variance_power', path);
      return { objective: ours, tweedieVariancePower: power };
    }
    case 'huber':
      return { objective: ours, huberSlope: nested(objective, 'pseudo_huber_param', 'huber_slope', path) };
    case 'quantile': {
      const part = field(objective, 'quantile_loss_param', path);
      const text = stringField(part, 'quantile_alpha', [...path, 'quantile_loss_param']);
      return {
        objective: ours,
        quantiles: text
          .replace(/[[\]()]/g, '')
          .split(',')
          .filter(Boolean)
          .map(Number),
      };
    }
    default:
      return { objective: ours };
  }
}

function nested(value: unknown, part: string, name: string, path: ErrorPath): number {
  return numberField(field(value, part, path), name, [...path, part]);
}

/** A member of a document object; inherited names do not count. */
export function field(value: unknown, name: string, path: ErrorPath): unknown {
  const found = memberOf(value, name);
  if (found === undefined) invalid(`The model has no '${name}'`, [...path, name]);
  return found;
}

/** The same, or `undefined` if it is absent. */
export function memberOf(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** Refuses unknown members: a newer version may have added something that changes predictions. */
export function onlyKnown(value: unknown, names: ReadonlySet<string>, path: ErrorPath): void {
  for (const name of Object.keys((value ?? {}) as object)) {
    if (!names.has(name)) invalid(`'${name}' is not known: it may change the predictions`, [...path, name]);
  }
}

export function stringField(value: unknown, name: string, path: ErrorPath): string {
  const text = field(value, name, path);
  if (typeof text !== 'string') invalid(`'${name}' is not a string`, [...path, name]);
  return text;
}

/** Decimal numbers as XGBoost writes them; `Number` would also take an empty text or `0x10`. */
const DECIMAL = /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i;

/** A finite number; XGBoost writes parameters as strings, and since version 3 some of them as `[5E-1]`. */
export function numberField(value: unknown, name: string, path: ErrorPath): number {
  const numbers = numberListField(value, name, path);
  if (numbers.length !== 1) invalid(`'${name}' is not a number`, [...path, name]);
  return numbers[0];
}

/** Finite numbers in a string: `5E-1`, `[5E-1]` or `[1E0,8E0]`. */
export function numberListField(value: unknown, name: string, path: ErrorPath): number[] {
  const texts = stringField(value, name, path)
    .replace(/^\[(.*)\]$/, '$1')
    .split(',');
  return texts.map((text) => {
    const number = Number(text);
    if (!DECIMAL.test(text) || !Number.isFinite(number))
      invalid(`'${name}' is not a number`, [...path, name]);
    return number;
  });
}

/** A list of numbers that all satisfy `check`; null is NaN. */
export function numbersField(
  value: unknown,
  name: string,
  path: ErrorPath,
  check: (value: number) => boolean,
): ArrayLike<number> {
  const list = field(value, name, path);
  if (!Array.isArray(list)) invalid(`'${name}' is not a list`, [...path, name]);
  return list.map((given, i) => {
    const entry = typeof given === 'boolean' ? Number(given) : (given ?? Number.NaN);
    return typeof entry === 'number' && check(entry)
      ? entry
      : invalid(`'${name}' has a wrong number`, [...path, name, i]);
  });
}

export function invalid(message: string, path: ErrorPath, cause?: unknown): never {
  throw new ForecastError('invalid-model', message, { path, cause });
}

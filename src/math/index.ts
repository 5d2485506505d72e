/**
 * Elementary functions whose every bit is the same in all JavaScript engines. The language leaves the last digits of `Math.exp`,
 * `Math.log`, `Math.sin`, `**` and their like to the engine; these use only `+ - * /`, `Math.sqrt` and `Math.floor`, which
 * IEEE 754 fixes.
 */
export { exp, expm1 } from './exponential.js';
export { logGamma } from './gamma.js';
export { log, log1p } from './logarithm.js';
export { pow, square } from './power.js';
export { atan, cos, sin } from './trigonometric.js';

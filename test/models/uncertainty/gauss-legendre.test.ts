import { describe, expect, it } from 'vitest';
import { gaussLegendre } from '../../../src/models/uncertainty/gauss-legendre.js';

const NODES = [
  0.009219682876640378, 0.0479413718147626, 0.11504866290284765, 0.20634102285669126, 0.31608425050090994,
  0.43738329574426554,
];
const WEIGHTS = [
  0.023587668193255706, 0.05346966299765953, 0.08003916427167321, 0.10158371336153287, 0.1167462682691773,
  0.12457352290670134,
];

describe('gaussLegendre', () => {
  it('has the nodes and weights of NumPy, moved to the unit interval', () => {
    const { nodes, weights } = gaussLegendre(12);
    // numpy.polynomial.legendre.leggauss(12), NumPy 2.4.6.
    NODES.forEach((node, i) => {
      expect(nodes[i]).toBeCloseTo(node, 14);
      expect(weights[i]).toBeCloseTo(WEIGHTS[i], 14);
    });
  });

  it('integrates polynomials exactly up to twice its size', () => {
    const { nodes, weights } = gaussLegendre(5);
    for (let degree = 0; degree < 10; degree++) {
      const integral = nodes.reduce((sum, node, i) => sum + weights[i] * node ** degree, 0);
      expect(integral).toBeCloseTo(1 / (degree + 1), 14);
    }
  });
});

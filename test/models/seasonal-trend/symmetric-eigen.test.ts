import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { symmetricEigen } from '../../../src/models/seasonal-trend/solver/symmetric-eigen.js';

function decompose(matrix: readonly number[], size: number) {
  const vectors = Float64Array.from(matrix);
  const values = new Float64Array(size);
  symmetricEigen(vectors, size, values, new Float64Array(3 * size));
  return { vectors, values };
}

describe('symmetricEigen', () => {
  it('has the eigenvalues of NumPy', () => {
    const matrix = [4, 1, -2, 0.5, 1, 3, 0.25, -1, -2, 0.25, 5, 2, 0.5, -1, 2, 1];
    const values = [...decompose(matrix, 4).values].sort((a, b) => a - b);
    // numpy.linalg.eigvalsh, NumPy 2.4.6.
    [-0.6707864803608488, 2.9867668506079457, 3.7326416852364512, 6.9513779445164525].forEach((value, i) => {
      expect(values[i]).toBeCloseTo(value, 12);
    });
  });

  it('gives back the matrix from its vectors, also when it is singular', () => {
    const entry = fc.integer({ min: -9, max: 9 });
    const square = fc
      .integer({ min: 1, max: 9 })
      .chain((size) =>
        fc.tuple(fc.constant(size), fc.array(entry, { minLength: size * size, maxLength: size * size })),
      );
    fc.assert(
      fc.property(square, fc.boolean(), ([size, entries], singular) => {
        const at = (i: number, j: number) =>
          singular ? entries[i] * entries[j] : entries[Math.max(i, j) * size + Math.min(i, j)];
        const matrix = Array.from({ length: size * size }, (_, k) => at(Math.floor(k / size), k % size));
        const { vectors, values } = decompose(matrix, size);
        for (let i = 0; i < size; i++) {
          for (let j = 0; j < size; j++) {
            let rebuilt = 0;
            let inner = 0;
            for (let k = 0; k < size; k++) {
              rebuilt += vectors[i * size + k] * values[k] * vectors[j * size + k];
              inner += vectors[k * size + i] * vectors[k * size + j];
            }
            expect(Math.abs(rebuilt - matrix[i * size + j])).toBeLessThan(1e-11);
            expect(Math.abs(inner - (i === j ? 1 : 0))).toBeLessThan(1e-13);
          }
        }
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});

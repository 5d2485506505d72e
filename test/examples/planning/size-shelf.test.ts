import { expect, it } from 'vitest';
import { sizeShelf } from '../../../examples/planning/size-shelf.js';
import { createRandom } from '../../../src/random.js';
import { poisson } from '../../../src/testing/distributions.js';

const DAYS = 300;
const START = Date.UTC(2026, 0, 1);

/** Probability that a Poisson demand is larger than a capacity. */
function poissonTail(mean: number, capacity: number): number {
  let mass = Math.exp(-mean);
  let below = mass;
  for (let n = 1; n <= capacity; n++) {
    mass *= mean / n;
    below += mass;
  }
  return 1 - below;
}

it('finds out how often a shelf is empty, near the law of the demand', async () => {
  const random = createRandom(3);
  const sales = Array.from({ length: DAYS }, (_, day) => ({
    date: new Date(START + day * 86_400_000).toISOString().slice(0, 10),
    productId: 'TEA',
    category: 'drinks',
    units: poisson(random, 5),
  }));
  const shelves = await sizeShelf(sales, 'TEA', [25, 35, 45, 70], () => new Date(START + DAYS * 86_400_000));
  const truth = shelves.map(({ capacity }) => poissonTail(35, capacity));
  shelves.forEach(({ emptyWeeks }, i) => {
    expect(Math.abs(emptyWeeks - truth[i])).toBeLessThan(0.12);
  });
  expect(shelves[0].lostUnits).toBeGreaterThan(8);
  expect(shelves[3].lostUnits).toBeLessThan(0.1);
});

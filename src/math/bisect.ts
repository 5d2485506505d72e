/**
 * Narrows an interval to where something begins to hold, by halving it so many times.
 *
 * @param holds false at the low end, true at the high one, and never false again in between once it was true
 * @returns the high end of what is left, where it holds
 */
export function bisect(low: number, high: number, rounds: number, holds: (value: number) => boolean): number {
  let [below, above] = [low, high];
  for (let round = 0; round < rounds; round++) {
    const middle = (below + above) / 2;
    if (holds(middle)) above = middle;
    else below = middle;
  }
  return above;
}

import { createForecaster, type SalesRecord, structural } from 'commerce-forecast';

/** Effects of a shelf that is refilled once a week on the sales of a product. */
export interface ShelfSize {
  readonly capacity: number;
  /** Share of the weeks in which the shelf is empty before it is refilled. */
  readonly emptyWeeks: number;
  /** Mean units per week that are not sold for want of stock. */
  readonly lostUnits: number;
}

/** Simulates weeks of a product for shelves of several sizes, on sampled courses of its sales over the next four weeks. */
export async function sizeShelf(
  sales: readonly SalesRecord[],
  productId: string,
  capacities: readonly number[],
  now: () => Date = () => new Date(),
): Promise<ShelfSize[]> {
  const forecaster = createForecaster({ model: structural(), now });
  await forecaster.ingest(sales);
  await forecaster.train();
  const { products } = await forecaster.samplePaths({
    productIds: [productId],
    horizon: 28,
    paths: 500,
    seed: 1,
  });
  const weeks = products.flatMap(({ paths }) =>
    paths.flatMap((path) =>
      [0, 7, 14, 21].map((from) => path.subarray(from, from + 7).reduce((sum, units) => sum + units, 0)),
    ),
  );
  return capacities.map((capacity) => {
    const lost = weeks.map((demand) => Math.max(0, demand - capacity));
    return {
      capacity,
      emptyWeeks: lost.filter((units) => units > 0).length / weeks.length,
      lostUnits: lost.reduce((sum, units) => sum + units, 0) / weeks.length,
    };
  });
}

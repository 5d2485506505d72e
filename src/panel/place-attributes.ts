import type { SeriesAttribute } from './panel.js';

/** Product and location of a series, where each product at each location is a series of its own. */
export interface SeriesPlace {
  readonly productId: string;
  readonly location?: string;
}

/** The attributes `product` and `location` of series. */
export function placeAttributes(places: readonly SeriesPlace[]): SeriesAttribute[] {
  return [
    attributeFrom(
      'product',
      places.map(({ productId }) => productId),
    ),
    attributeFrom(
      'location',
      places.map(({ location }) => location),
    ),
  ];
}

/** An attribute with its values sorted by code unit. */
export function attributeFrom(name: string, valueBySeries: readonly (string | undefined)[]): SeriesAttribute {
  const known = valueBySeries.filter((value) => value !== undefined);
  const values = [...new Set(known)].sort((a, b) => (a < b ? -1 : 1));
  const numberOf = new Map(values.map((value, number) => [value, number]));
  const codes = Int32Array.from(valueBySeries, (value) =>
    value === undefined ? -1 : (numberOf.get(value) ?? -1),
  );
  return { name, values, valueOf: codes };
}

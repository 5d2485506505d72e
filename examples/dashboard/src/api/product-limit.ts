/** Products that a list holds at most. */
export const MAX_PRODUCTS = 1_000;

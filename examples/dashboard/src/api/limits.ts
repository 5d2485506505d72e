/** Products that a list holds at most. */
export const MAX_PRODUCTS = 1_000;

/** Deliveries and removals that are listed. */
export const LISTED = 100;

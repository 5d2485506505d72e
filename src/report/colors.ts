/**
 * The colours of the charts. The chart library computes with colours and does not support CSS variables, so
 * charts are drawn in these placeholders, which are then replaced by the variables of their names, for light
 * and dark schemes.
 */
export const COLORS = {
  ink: '#000101',
  muted: '#000202',
  grid: '#000303',
  history: '#000404',
  forecast: '#000505',
  naive: '#000606',
  before: '#000707',
} as const;

/** Replaces the placeholders by CSS variables. */
export function withSchemeColors(svg: string): string {
  return Object.entries(COLORS).reduce(
    (text, [name, color]) => text.replaceAll(color, `var(--${name})`),
    svg,
  );
}

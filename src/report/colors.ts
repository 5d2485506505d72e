/**
 * The colours of the charts. The chart library computes with colours and knows no CSS variables, so charts are drawn
 * in these stand-ins, and each becomes the variable of its name: the reader's light or dark scheme decides.
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

/** Puts CSS variables in place of the stand-ins. */
export function withSchemeColors(svg: string): string {
  return Object.entries(COLORS).reduce(
    (text, [name, color]) => text.replaceAll(color, `var(--${name})`),
    svg,
  );
}

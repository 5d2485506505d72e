interface IntervalBarProps {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  /** Value at the right end of the scale. */
  readonly max: number;
}

/** A range on a scale that begins at zero, with the expected value marked. The numbers stand beside it as text. */
export function IntervalBar({ value, lower, upper, max }: IntervalBarProps) {
  const place = (units: number) => `${max > 0 ? Math.min(100, Math.max(0, (100 * units) / max)) : 0}%`;
  return (
    <span className="interval" aria-hidden="true">
      <span
        className="interval-range"
        style={{ left: place(lower), width: `calc(${place(upper)} - ${place(lower)})` }}
      />
      <span className="interval-mark" style={{ left: place(value) }} />
    </span>
  );
}

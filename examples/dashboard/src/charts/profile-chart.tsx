import { useLanguage } from '../i18n/locale.js';
import type { Profile } from './forecast-series.js';

interface ProfileChartProps {
  readonly title: string;
  readonly names: readonly string[];
  readonly profiles: readonly Profile[];
}

const WIDTH = 420;
const HEIGHT = 170;
const FOOT = 20;
const HEAD = 16;
const GAP = 0.25;

/** Averages as bars, with the middle half of the days as lines. */
export function ProfileChart({ title, names, profiles }: ProfileChartProps) {
  const { format } = useLanguage();
  const max = Math.max(...profiles.map(({ mean, high }) => Math.max(mean, high)), 1e-9);
  const step = WIDTH / Math.max(1, profiles.length);
  const y = (units: number) => HEIGHT - FOOT - (Math.max(0, units) / max) * (HEIGHT - FOOT - HEAD);
  return (
    <svg className="profile" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={title}>
      {profiles.map(({ mean, low, high, days }, i) => {
        const x = i * step;
        const middle = x + step / 2;
        return (
          <g key={names[i]}>
            {days > 0 && (
              <>
                <rect
                  x={x + (step * GAP) / 2}
                  width={step * (1 - GAP)}
                  y={y(mean)}
                  height={HEIGHT - FOOT - y(mean)}
                />
                <line x1={middle} x2={middle} y1={y(low)} y2={y(high)} />
                <text x={middle} y={y(Math.max(mean, high)) - 4} textAnchor="middle">
                  {format.number(mean)}
                </text>
              </>
            )}
            <text x={middle} y={HEIGHT - 5} textAnchor="middle">
              {names[i]}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

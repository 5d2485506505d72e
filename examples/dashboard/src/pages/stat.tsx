import type { ReactNode } from 'react';
import { Skeleton } from '../ui/answer.js';
import { Card } from '../ui/page.js';

interface StatProps {
  readonly title: string;
  /** Undefined while it is on its way; its place is kept. */
  readonly value: string | undefined;
  readonly unit?: string;
  readonly detail?: ReactNode;
  readonly note?: ReactNode;
}

/** One figure with its unit, and what is to be known about it. */
export function Stat({ title, value, unit, detail, note }: StatProps) {
  return (
    <Card title={title} note={note}>
      {value === undefined ? (
        <div className="stat-waiting">
          <Skeleton lines={2} />
        </div>
      ) : (
        <p className="stat-value">
          {value} {unit && <small>{unit}</small>}
        </p>
      )}
      {detail && <p>{detail}</p>}
    </Card>
  );
}

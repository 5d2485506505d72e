import type { ReactNode } from 'react';
import { Card } from '../ui/page.js';

interface StatProps {
  readonly title: string;
  readonly value: string;
  readonly unit?: string;
  readonly detail?: ReactNode;
  readonly note?: ReactNode;
}

/** One figure with its unit, and what is to be known about it. */
export function Stat({ title, value, unit, detail, note }: StatProps) {
  return (
    <Card title={title} note={note}>
      <p className="stat-value">
        {value} {unit && <small>{unit}</small>}
      </p>
      {detail && <p>{detail}</p>}
    </Card>
  );
}

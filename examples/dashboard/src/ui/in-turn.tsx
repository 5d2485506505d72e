import { createContext, type ReactNode, startTransition, use, useEffect, useState } from 'react';

/** Turns that have come; outside of {@link InTurn} all have. */
const TurnsSoFar = createContext(Number.POSITIVE_INFINITY);

interface InTurnProps {
  /** Turns after the first picture. */
  readonly turns: number;
  readonly children: ReactNode;
}

/** Draws a long page in several pictures, top first, between which the browser answers. */
export function InTurn({ turns, children }: InTurnProps) {
  const [soFar, setSoFar] = useState(0);
  useEffect(() => {
    if (soFar >= turns) return;
    const frame = requestAnimationFrame(() => startTransition(() => setSoFar(soFar + 1)));
    return () => cancelAnimationFrame(frame);
  }, [soFar, turns]);
  return <TurnsSoFar value={soFar}>{children}</TurnsSoFar>;
}

/** A part that is drawn once its turn has come. What comes after it on the page has the same turn or a later one. */
export function Turn({ at, children }: { readonly at: number; readonly children: ReactNode }) {
  return use(TurnsSoFar) >= at && children;
}

import { type ReactNode, useEffect, useRef } from 'react';
import { Button } from '../../ui/button.js';

interface ChangeNoteProps {
  readonly children: ReactNode;
  readonly action: string;
  /** Undefined where there is nothing to undo. */
  readonly onUndo: (() => void) | undefined;
}

/** Says what was changed, and takes the focus, as the button that was pressed may be gone. */
export function ChangeNote({ children, action, onUndo }: ChangeNoteProps) {
  const note = useRef<HTMLDivElement>(null);
  useEffect(() => (note.current?.querySelector('button') ?? note.current)?.focus(), []);
  return (
    <div ref={note} className="banner banner-update" role="status" tabIndex={-1}>
      <span>{children}</span>
      {onUndo && <Button onClick={onUndo}>{action}</Button>}
    </div>
  );
}

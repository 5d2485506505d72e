import { type PointerEvent, useEffect, useRef } from 'react';
import { type Anchor, type DayWindow, dayAt, windowAt, windowThrough } from './day-window.js';

interface GestureOptions {
  readonly shown: DayWindow;
  /** Number of all days. */
  readonly count: number;
  readonly onShow: (shown: DayWindow) => void;
  /** Told the day that is pointed at; undefined once it is none. */
  readonly onPoint: (day: number | undefined) => void;
}

/** Turns of a wheel, in pixels, that show twice or half as many days. */
const DOUBLED_PX = 300;

/** Dragging moves the days of a chart, two fingers or the wheel with Ctrl stretch them, and a mouse or a tap points at one. */
export function useGestures({ shown, count, onShow, onPoint }: GestureOptions) {
  const element = useRef<HTMLDivElement>(null);
  const held = useRef(new Map<number, Anchor>());
  const shareAt = (clientX: number) => {
    const box = element.current?.getBoundingClientRect();
    return box && box.width > 0 ? (clientX - box.left) / box.width : 0;
  };
  const point = (clientX: number) => {
    const day = Math.round(dayAt(shareAt(clientX), shown));
    onPoint(Math.min(shown.last, Math.max(shown.first, day)));
  };
  /** Holds each finger to the day that is under it now. */
  const hold = () => {
    for (const [id, { share }] of held.current) held.current.set(id, { share, day: dayAt(share, shown) });
  };
  const release = ({ pointerId }: PointerEvent) => {
    held.current.delete(pointerId);
    hold();
  };
  useEffect(() => {
    const own = element.current;
    if (!own) return;
    const zoom = (event: WheelEvent) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      const { left, width } = own.getBoundingClientRect();
      const share = (event.clientX - left) / width;
      const span = (shown.last - shown.first) * 2 ** (event.deltaY / DOUBLED_PX);
      onShow(windowAt({ share, day: dayAt(share, shown) }, span, count));
    };
    // React listens passively: the browser would zoom the page.
    own.addEventListener('wheel', zoom, { passive: false });
    return () => own.removeEventListener('wheel', zoom);
  }, [shown, count, onShow]);
  return {
    ref: element,
    onPointerDown: (event: PointerEvent) => {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      held.current.set(event.pointerId, { share: shareAt(event.clientX), day: 0 });
      hold();
      point(event.clientX);
    },
    onPointerMove: (event: PointerEvent) => {
      const anchor = held.current.get(event.pointerId);
      if (!anchor) return point(event.clientX);
      held.current.set(event.pointerId, { ...anchor, share: shareAt(event.clientX) });
      const moved = windowThrough([...held.current.values()], shown, count);
      if (moved.first !== shown.first || moved.last !== shown.last) onShow(moved);
    },
    onPointerUp: release,
    onPointerCancel: (event: PointerEvent) => {
      release(event);
      onPoint(undefined);
    },
    onPointerLeave: ({ pointerType }: PointerEvent) => {
      // A finger that was lifted leaves too: its day stays until another is tapped.
      if (pointerType === 'mouse') onPoint(undefined);
    },
    onBlur: () => onPoint(undefined),
  };
}

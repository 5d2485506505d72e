import { type PointerEvent, useRef } from 'react';
import { useLanguage } from '../i18n/locale.js';
import { type DayWindow, LEAST_SPAN, windowAt } from './day-window.js';

interface ZoomSliderProps {
  readonly dates: readonly string[];
  readonly shown: DayWindow;
  readonly onShow: (shown: DayWindow) => void;
}

/** A bar of all days with those that are shown: its ends can be dragged, and what lies between them. */
export function ZoomSlider({ dates, shown, onShow }: ZoomSliderProps) {
  const { t, format } = useLanguage();
  const track = useRef<HTMLDivElement>(null);
  const held = useRef<{ readonly x: number; readonly first: number }>(undefined);
  const end = dates.length - 1;
  const { first, last } = shown;
  const least = Math.min(LEAST_SPAN, end);
  const showFrom = (day: number) => onShow({ first: Math.min(day, last - least), last });
  const showTo = (day: number) => onShow({ first, last: Math.max(day, first + least) });
  const ends = [
    { name: 'chart.from', day: first, show: showFrom },
    { name: 'chart.to', day: last, show: showTo },
  ] as const;
  const hold = (event: PointerEvent) => {
    event.stopPropagation();
    event.currentTarget.setPointerCapture(event.pointerId);
    held.current = { x: event.clientX, first };
  };
  const move = (event: PointerEvent) => {
    if (!held.current || !track.current) return;
    const days = ((event.clientX - held.current.x) / track.current.clientWidth) * end;
    onShow(windowAt({ share: 0, day: held.current.first + days }, last - first, dates.length));
  };
  const release = () => {
    held.current = undefined;
  };
  /** Brings the nearer end to the pointer. */
  const bring = ({ clientX, currentTarget }: PointerEvent) => {
    const { left, width } = currentTarget.getBoundingClientRect();
    const day = Math.round(((clientX - left) / width) * end);
    if (2 * day < first + last) showFrom(day);
    else showTo(day);
  };
  return (
    <div className="zoom">
      <div ref={track} className="zoom-track" onPointerDown={bring}>
        <div
          className="zoom-range"
          style={{ left: `${(100 * first) / end}%`, right: `${100 - (100 * last) / end}%` }}
          onPointerDown={hold}
          onPointerMove={move}
          onPointerUp={release}
          onPointerCancel={release}
        />
      </div>
      {ends.map(({ name, day, show }) => (
        <input
          key={name}
          type="range"
          className="zoom-end"
          min={0}
          max={end}
          value={day}
          onChange={(event) => show(event.target.valueAsNumber)}
          aria-label={t(name)}
          aria-valuetext={format.day(dates[day] ?? '')}
        />
      ))}
    </div>
  );
}

import { Slider } from 'radix-ui';
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
  const track = useRef<HTMLSpanElement>(null);
  const held = useRef<{ readonly x: number; readonly first: number }>(undefined);
  const end = dates.length - 1;
  const named = (day: number) => format.day(dates[day] ?? '');
  // The slider would bring its nearer end to the pointer.
  const hold = (event: PointerEvent) => {
    event.stopPropagation();
    event.currentTarget.setPointerCapture(event.pointerId);
    held.current = { x: event.clientX, first: shown.first };
  };
  const move = (event: PointerEvent) => {
    event.stopPropagation();
    if (!held.current || !track.current) return;
    const days = ((event.clientX - held.current.x) / track.current.clientWidth) * end;
    onShow(windowAt({ share: 0, day: held.current.first + days }, shown.last - shown.first, dates.length));
  };
  const release = (event: PointerEvent) => {
    event.stopPropagation();
    held.current = undefined;
  };
  return (
    <Slider.Root
      className="zoom"
      min={0}
      max={end}
      minStepsBetweenThumbs={Math.min(LEAST_SPAN, end)}
      value={[shown.first, shown.last]}
      onValueChange={([first = 0, last = end]) => onShow({ first, last })}
    >
      <Slider.Track ref={track} className="zoom-track">
        <Slider.Range
          className="zoom-range"
          onPointerDown={hold}
          onPointerMove={move}
          onPointerUp={release}
          onPointerCancel={release}
        />
      </Slider.Track>
      <Slider.Thumb className="zoom-end" aria-label={t('chart.from')} aria-valuetext={named(shown.first)} />
      <Slider.Thumb className="zoom-end" aria-label={t('chart.to')} aria-valuetext={named(shown.last)} />
    </Slider.Root>
  );
}

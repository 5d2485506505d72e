import { fireEvent, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { ForecastChart } from '../../../examples/dashboard/src/charts/forecast-chart.js';
import type { ChartDay } from '../../../examples/dashboard/src/charts/forecast-series.js';
import { daysFrom } from '../../../examples/dashboard/src/util/days.js';
import { show } from './render.js';

const LAST_DAY = '2026-06-30';
const PLOT = { left: 0, width: 600 };

/** Two years of sales and a quarter of forecasts. */
const DAYS = daysFrom('2024-07-01', '2026-09-28').map((date, i): ChartDay => {
  const isOver = date <= LAST_DAY;
  return {
    date,
    sold: isOver ? 10 + (i % 7) : null,
    expected: isOver ? null : 12,
    lower: isOver ? null : [11, 9, 7],
    upper: isOver ? null : [13, 15, 17],
    yearBefore: i < 364 ? null : 10,
    promo: date >= '2026-06-10' && date <= '2026-06-12',
    event: date === '2026-07-04' ? 'Independence <b>Day</b>' : '',
  };
});

async function showChart(days = DAYS, planned = [{ name: 'Fair', from: '2026-07-10', to: '2026-07-12' }]) {
  const { container } = await show(
    <ForecastChart
      title="Sales: Tea"
      days={days}
      levels={[0.5, 0.8, 0.95]}
      lastDay={LAST_DAY}
      planned={planned}
    />,
  );
  const touched = container.querySelector<HTMLElement>('.chart-touch');
  if (!touched) throw new Error('Nothing can be touched');
  vi.spyOn(touched, 'getBoundingClientRect').mockReturnValue(PLOT as DOMRect);
  const path = (name: string) => container.querySelector(`.chart-${name}`)?.getAttribute('d') ?? undefined;
  const ends = () => screen.getAllByRole('slider').map((end) => end.getAttribute('aria-valuetext'));
  return { container, touched, path, ends };
}

const at = (share: number) => ({
  clientX: share * PLOT.width,
  pointerId: 1,
  pointerType: 'mouse',
  button: 0,
});

/** Turns the wheel at the left end. @returns false if the browser is kept from what it does by itself. */
function turn(touched: HTMLElement, own: { readonly deltaY: number; readonly ctrlKey: boolean }): boolean {
  // The wheel of this document knows no keys.
  const event = Object.assign(new Event('wheel', { cancelable: true }), own, { clientX: 0 });
  return fireEvent(touched, event);
}

function setEnd(name: string, day: number): void {
  fireEvent.change(screen.getByRole('slider', { name }), { target: { value: String(day) } });
}

describe('a chart of a forecast', () => {
  it('shows history, forecast, ranges, the year before, promotions, events and plans in its first picture', async () => {
    const { container, path, ends } = await showChart();
    expect(screen.getByRole('img', { name: 'Sales: Tea' })).toBeDefined();
    for (const part of ['sold', 'expected', 'yearBefore', 'cut']) expect(path(part), part).toMatch(/^M\d/);
    expect(container.querySelectorAll('.chart-band')).toHaveLength(3);
    expect(container.querySelectorAll('.chart-span')).toHaveLength(2);
    expect(container.querySelectorAll('.chart-event')).toHaveLength(1);
    expect(screen.getByText('Fair')).toBeDefined();
    expect(ends()).toEqual(['Mar 3, 2026', 'Sep 28, 2026']);
  });

  it('leaves out what is not wanted, and shows it again', async () => {
    const { container, path } = await showChart();
    const user = userEvent.setup();
    for (const [name, part] of [
      ['Sold', 'sold'],
      ['Expected', 'expected'],
      ['Year before', 'yearBefore'],
    ] as const) {
      const key = screen.getByRole('button', { name });
      await user.click(key);
      expect(path(part), name).toBeUndefined();
      expect(key.getAttribute('aria-pressed')).toBe('false');
      await user.click(key);
      expect(path(part), name).toBeDefined();
    }
    await user.click(screen.getByRole('button', { name: 'Holidays' }));
    expect(container.querySelectorAll('.chart-event')).toHaveLength(0);
  });

  it('names nothing that it does not have', async () => {
    await showChart(DAYS.map((day) => ({ ...day, event: '' })));
    expect(screen.queryByRole('button', { name: 'Holidays' })).toBeNull();
  });

  it('tells everything about the day that is pointed at, names as text', async () => {
    const { container, touched } = await showChart();
    const tip = () => container.querySelector('.chart-tip');
    const texts = () => [...(tip()?.querySelectorAll('p') ?? [])].map(({ textContent }) => textContent);
    fireEvent.pointerMove(touched, at(1));
    expect(texts()).toEqual([
      'Sep 28, 2026',
      'Expected: 12 u.',
      'Range of 50%: 11 to 13',
      'Range of 80%: 9 to 15',
      'Range of 95%: 7 to 17',
      'Year before: 10 u.',
    ]);
    // 99 days after March 3, and 123.
    fireEvent.pointerMove(touched, at(99 / 209));
    expect(texts()).toEqual(['Jun 10, 2026', 'Sold: 12 u.', 'Year before: 10 u.', 'Promotion']);
    fireEvent.pointerMove(touched, at(123 / 209));
    expect(texts()).toContain('Independence <b>Day</b>');
    fireEvent.pointerLeave(touched, at(2));
    expect(tip()).toBeNull();
  });

  it('keeps the day that was tapped, until something else is', async () => {
    const { container, touched } = await showChart();
    const finger = { ...at(0.5), pointerType: 'touch' };
    fireEvent.pointerDown(touched, finger);
    fireEvent.pointerUp(touched, finger);
    fireEvent.pointerLeave(touched, finger);
    expect(container.querySelector('.chart-tip')).not.toBeNull();
    fireEvent.blur(touched);
    expect(container.querySelector('.chart-tip')).toBeNull();
  });

  it('moves along its days when it is dragged, and back to the latest', async () => {
    const { touched, ends } = await showChart();
    fireEvent.pointerDown(touched, at(0.2));
    fireEvent.pointerMove(touched, at(0.7));
    // Half of 209 days.
    expect(ends()).toEqual(['Nov 19, 2025', 'Jun 16, 2026']);
    fireEvent.pointerMove(touched, at(-5));
    fireEvent.pointerUp(touched, at(-5));
    expect(ends()).toEqual(['Mar 3, 2026', 'Sep 28, 2026']);
    fireEvent.pointerMove(touched, at(0.9));
    expect(ends()).toEqual(['Mar 3, 2026', 'Sep 28, 2026']);
  });

  it('is stretched by two fingers, and by the wheel with Ctrl alone', async () => {
    const { touched, ends } = await showChart();
    const finger = (pointerId: number, share: number) => ({ ...at(share), pointerId, pointerType: 'touch' });
    fireEvent.pointerDown(touched, finger(1, 0.25));
    fireEvent.pointerDown(touched, finger(2, 0.5));
    fireEvent.pointerMove(touched, finger(2, 0.75));
    for (const id of [1, 2]) fireEvent.pointerUp(touched, finger(id, 0.5));
    // Twice as far apart, half as many days: 26 to 131 of the 209, as the day at a quarter stays there.
    expect(ends()).toEqual(['Mar 29, 2026', 'Jul 12, 2026']);
    expect(turn(touched, { deltaY: 600, ctrlKey: false })).toBe(true);
    expect(ends()).toEqual(['Mar 29, 2026', 'Jul 12, 2026']);
    // The page is not zoomed as well.
    expect(turn(touched, { deltaY: -300, ctrlKey: true })).toBe(false);
    expect(ends()).toEqual(['Mar 29, 2026', 'May 21, 2026']);
    turn(touched, { deltaY: 3_000, ctrlKey: true });
    expect(ends()).toEqual(['Jul 1, 2024', 'Sep 28, 2026']);
  });

  it('shows other days by its ends, no fewer than a week between them', async () => {
    const { path, ends } = await showChart();
    const before = path('sold');
    setEnd('First day shown', 0);
    expect(ends()).toEqual(['Jul 1, 2024', 'Sep 28, 2026']);
    expect(path('sold')).not.toBe(before);
    setEnd('Last day shown', 818);
    expect(ends()).toEqual(['Jul 1, 2024', 'Sep 27, 2026']);
    setEnd('Last day shown', 0);
    expect(ends()).toEqual(['Jul 1, 2024', 'Jul 8, 2024']);
    setEnd('First day shown', 818);
    expect(ends()).toEqual(['Jul 1, 2024', 'Jul 8, 2024']);
  });

  it('brings the nearer end to where its bar is touched', async () => {
    const { container, ends } = await showChart();
    const bar = container.querySelector<HTMLElement>('.zoom-track');
    if (!bar) throw new Error('There is no bar');
    vi.spyOn(bar, 'getBoundingClientRect').mockReturnValue(PLOT as DOMRect);
    fireEvent.pointerDown(bar, at(0.5));
    // The middle of the days from July 1, 2024, to September 28, 2026.
    expect(ends()).toEqual(['Aug 15, 2025', 'Sep 28, 2026']);
    fireEvent.pointerDown(bar, at(0.9));
    expect(ends()).toEqual(['Aug 15, 2025', 'Jul 8, 2026']);
  });

  it('begins anew with other days, and stays where it is with another plan', async () => {
    const chart = (days: readonly ChartDay[], names: readonly string[]) => (
      <ForecastChart
        title="Sales"
        days={days}
        levels={[0.5]}
        lastDay={LAST_DAY}
        planned={names.map((name) => ({ name, from: '2026-07-10', to: '2026-07-12' }))}
      />
    );
    const { rerender } = await show(chart(DAYS, []));
    const ends = () => screen.getAllByRole('slider').map((end) => end.getAttribute('aria-valuetext'));
    setEnd('First day shown', 609);
    expect(ends()).toEqual(['Mar 2, 2026', 'Sep 28, 2026']);
    rerender(chart(DAYS, ['Fair']));
    expect(screen.getByText('Fair')).toBeDefined();
    expect(ends()).toEqual(['Mar 2, 2026', 'Sep 28, 2026']);
    rerender(chart(DAYS.slice(0, -1), []));
    expect(ends()).toEqual(['Mar 3, 2026', 'Sep 27, 2026']);
  });

  it.each([1, 5])('draws %i days, which are too few to choose from', async (count) => {
    const { path } = await showChart(DAYS.slice(0, count), []);
    expect(path('sold')).not.toContain('NaN');
    expect(screen.queryByRole('slider')).toBeNull();
  });
});

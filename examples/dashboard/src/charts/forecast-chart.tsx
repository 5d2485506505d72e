import { type EChartsCoreOption, format as markup } from 'echarts/core';
import { useEffect, useMemo, useRef } from 'react';
import { type Language, useLanguage } from '../i18n/locale.js';
import { useIsDark } from '../use-is-dark.js';
import { createChart } from './echarts.js';
import { type ChartDay, promotionRuns } from './forecast-series.js';

/** Something that is planned on days to come. */
export interface PlannedSpan {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

interface ForecastChartProps {
  readonly title: string;
  readonly days: readonly ChartDay[];
  readonly levels: readonly number[];
  readonly lastDay: string;
  readonly planned: readonly PlannedSpan[];
}

/** Days of history that are shown initially. */
const SHOWN_HISTORY = 120;
const BAND_OPACITY = [0.55, 0.35, 0.2];

/** Sales, forecast with its ranges, and a year before, over days that can be zoomed into. */
export default function ForecastChart(props: ForecastChartProps) {
  const element = useRef<HTMLDivElement>(null);
  const language = useLanguage();
  const isDark = useIsDark();
  const chart = useRef<ReturnType<typeof createChart>>(undefined);
  useEffect(() => {
    if (!element.current) return;
    const own = createChart(element.current);
    chart.current = own;
    const observer = new ResizeObserver(() => own.resize());
    observer.observe(element.current);
    return () => {
      observer.disconnect();
      own.dispose();
    };
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read from the page, which `isDark` changes.
  const option = useMemo(() => chartOption(props, language), [props, language, isDark]);
  useEffect(() => chart.current?.setOption(option, { notMerge: true }), [option]);
  return <div ref={element} className="chart" role="img" aria-label={props.title} />;
}

function chartOption(
  { days, levels, lastDay, planned }: ForecastChartProps,
  language: Language,
): EChartsCoreOption {
  const { t, format } = language;
  const style = getComputedStyle(document.documentElement);
  // Custom properties return `light-dark()` unresolved: an element gives the resolved colour.
  const probe = document.createElement('span');
  document.body.append(probe);
  const colour = (name: string) => {
    probe.style.color = style.getPropertyValue(name);
    return getComputedStyle(probe).color;
  };
  const [accent, ink, quiet, line, ghost, paper] = [
    '--accent',
    '--ink',
    '--ink-quiet',
    '--line',
    '--ghost',
    '--raised',
  ].map(colour);
  probe.remove();
  const cut = days.findIndex(({ date }) => date > lastDay);
  const start = Math.max(0, (cut < 0 ? days.length : cut) - SHOWN_HISTORY);
  const text = { color: quiet, fontSize: 12 };
  const lineSeries = (name: string, value: (day: ChartDay) => number | null, own: object) => ({
    name,
    type: 'line',
    symbol: 'none',
    data: days.map(value),
    ...own,
  });
  return {
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    grid: { left: 8, right: 12, top: 52, bottom: 56, containLabel: true },
    legend: {
      top: 0,
      left: 0,
      itemWidth: 18,
      itemHeight: 8,
      itemGap: 18,
      icon: 'path://M0,3 h18 v2 h-18 z',
      textStyle: text,
      inactiveColor: quiet,
      data: [
        t('detail.sold'),
        t('detail.expected'),
        t('detail.yearBefore'),
        ...(days.some(({ event }) => event !== '') ? [{ name: t('detail.events'), icon: 'diamond' }] : []),
      ],
    },
    tooltip: {
      trigger: 'axis',
      confine: true,
      backgroundColor: paper,
      borderColor: line,
      textStyle: { color: ink, fontSize: 13 },
      formatter: (points: readonly { readonly dataIndex: number }[]) => {
        const day = days[points[0]?.dataIndex ?? 0];
        return day ? dayText(day, levels, language) : '';
      },
    },
    xAxis: {
      type: 'category',
      boundaryGap: false,
      data: days.map(({ date }) => date),
      axisLabel: { ...text, hideOverlap: true, formatter: (date: string) => format.dayShort(date) },
      axisLine: { lineStyle: { color: line } },
      axisTick: { show: false },
    },
    yAxis: {
      type: 'value',
      min: 0,
      name: t('detail.perDay'),
      nameLocation: 'end',
      nameTextStyle: { ...text, align: 'left' },
      axisLabel: { ...text, formatter: (value: number) => format.number(value) },
      splitLine: { lineStyle: { color: line } },
    },
    dataZoom: [
      { type: 'inside', startValue: start, zoomOnMouseWheel: 'ctrl', moveOnMouseWheel: false },
      {
        type: 'slider',
        showDataShadow: false,
        startValue: start,
        height: 22,
        bottom: 8,
        borderColor: line,
        fillerColor: 'transparent',
        textStyle: text,
        handleStyle: { color: accent },
        labelFormatter: (_: number, date: string) => format.dayShort(date),
      },
    ],
    series: [
      ...bands(days, levels, accent ?? '', (level) => t('detail.band', { level: format.percent(level) })),
      lineSeries(t('detail.yearBefore'), ({ yearBefore }) => yearBefore, {
        lineStyle: { color: ghost, width: 1, type: 'dashed' },
        itemStyle: { color: ghost },
      }),
      lineSeries(t('detail.sold'), ({ sold }) => sold, {
        lineStyle: { color: ink, width: 1.4 },
        itemStyle: { color: ink },
        markArea: {
          silent: true,
          itemStyle: { color: accent, opacity: 0.12 },
          label: { show: false },
          data: [
            ...promotionRuns(days).map(([from, to]) => [{ xAxis: from }, { xAxis: to }]),
            ...planned.map(({ name, from, to }) => [
              { name, xAxis: from, label: { show: true, ...text } },
              { xAxis: to },
            ]),
          ],
        },
        markLine: {
          silent: true,
          symbol: 'none',
          label: { show: false },
          lineStyle: { color: quiet, type: 'solid', width: 1 },
          data: [{ xAxis: lastDay }],
        },
      }),
      lineSeries(t('detail.expected'), ({ expected }) => expected, {
        lineStyle: { color: accent, width: 2 },
        itemStyle: { color: accent },
      }),
      {
        name: t('detail.events'),
        type: 'scatter',
        symbol: 'diamond',
        symbolSize: 7,
        itemStyle: { color: quiet },
        silent: true,
        data: days.map(({ event }) => (event === '' ? null : 0)),
      },
    ],
  };
}

/** Bands one inside the other, as layers of a stack: the lowest bound first, then the distances between the bounds. */
function bands(
  days: readonly ChartDay[],
  levels: readonly number[],
  colour: string,
  nameOf: (level: number) => string,
): object[] {
  const narrowest = levels.map((_, i) => i);
  const bounds = [
    ...narrowest.toReversed().map((i) => ({ i, of: (day: ChartDay) => day.lower?.[i] })),
    ...narrowest.map((i) => ({ i, of: (day: ChartDay) => day.upper?.[i] })),
  ];
  return bounds.map(({ i, of }, layer) => {
    const below = bounds[layer - 1];
    // Between two bounds lies the wider of their bands.
    const level = below && Math.max(below.i, i);
    return {
      name: nameOf(levels[i] ?? 0),
      type: 'line',
      stack: 'bands',
      symbol: 'none',
      silent: true,
      lineStyle: { opacity: 0 },
      areaStyle:
        level === undefined ? { opacity: 0 } : { color: colour, opacity: BAND_OPACITY[level] ?? 0.2 },
      data: days.map((day) => {
        const bound = of(day);
        return bound === undefined ? null : bound - (below?.of(day) ?? 0);
      }),
    };
  });
}

/** Everything that is known of a day, as the markup of a tip; names are encoded, as somebody wrote them. */
function dayText(day: ChartDay, levels: readonly number[], { t, format }: Language): string {
  const row = (name: string, value: number | null) =>
    value === null ? [] : [`${name}: <b>${format.number(value)}</b> ${t('units.short')}`];
  return [
    `<b>${format.day(day.date)}</b>`,
    ...row(t('detail.sold'), day.sold),
    ...row(t('detail.expected'), day.expected),
    ...levels.flatMap((level, i) => {
      const [lower, upper] = [day.lower?.[i], day.upper?.[i]];
      if (lower === undefined || upper === undefined) return [];
      const range = t('range', { lower: format.number(lower), upper: format.number(upper) });
      return [`${t('detail.band', { level: format.percent(level) })}: ${range}`];
    }),
    ...row(t('detail.yearBefore'), day.yearBefore),
    ...(day.promo ? [t('col.promotion')] : []),
    ...(day.event === '' ? [] : [markup.encodeHTML(day.event)]),
  ].join('<br>');
}

import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, MarkLineComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { withSchemeColors } from './colors.js';
import { escapeHtml, Html } from './html.js';

echarts.use([BarChart, LineChart, GridComponent, MarkLineComponent, SVGRenderer]);

export type ChartOption = Parameters<echarts.ECharts['setOption']>[0];

export interface ChartSize {
  readonly width: number;
  readonly height: number;
}

export const CHART_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";

/** Width of charts for phones, in pixels. */
const NARROW = 380;

/** Draws a chart as SVG with the width of the page, and one for phones. The label describes both for screen readers. */
export function renderChart(option: ChartOption, { width, height }: ChartSize, label: string): Html {
  const text = escapeHtml(label);
  return new Html(
    [
      svgOf(option, { width, height }, `role="img" aria-label="${text}" class="chart wide"`),
      svgOf(option, { width: NARROW, height }, `role="img" aria-label="${text}" class="chart narrow"`),
    ].join('\n'),
  );
}

function svgOf(option: ChartOption, size: ChartSize, attributes: string): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, ...size });
  try {
    chart.setOption({ animation: false, useUTC: true, ...option });
    const svg = withSchemeColors(chart.renderToSVGString());
    return svg.replace(/^<svg width="[^"]*" height="[^"]*" /, () => `<svg ${attributes} `);
  } finally {
    chart.dispose();
  }
}

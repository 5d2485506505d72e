import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, MarkLineComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { withSchemeColors } from './colors.js';
import { escapeHtml, Html, html } from './html.js';

echarts.use([BarChart, LineChart, GridComponent, MarkLineComponent, SVGRenderer]);

export type ChartOption = Parameters<echarts.ECharts['setOption']>[0];

export interface ChartSize {
  readonly width: number;
  readonly height: number;
}

export const CHART_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";

/** Draws a chart as SVG with the width of the page. The label describes it for screen readers. */
export function renderChart(option: ChartOption, { width, height }: ChartSize, label: string): Html {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({ animation: false, useUTC: true, ...option });
    const svg = withSchemeColors(chart.renderToSVGString());
    const attributes = `<svg role="img" aria-label="${escapeHtml(label)}" class="chart" `;
    return html`<div class="scroll">${new Html(svg.replace(/^<svg width="[^"]*" height="[^"]*" /, attributes))}</div>`;
  } finally {
    chart.dispose();
  }
}

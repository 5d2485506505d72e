import { type BacktestResult, formatDay, type LeaderboardEntry, leaderboard } from '../index.js';
import { type Column, numberCell, sortableTable } from './cells.js';
import { COLORS } from './colors.js';
import { htmlDocument } from './document.js';
import { formatDate, formatShare, shownAccuracy } from './format.js';
import { type Html, html } from './html.js';
import { CHART_FONT, renderChart } from './render-chart.js';

const SIZE = { width: 1000, height: 250 };

/** The models of a backtest, and how the error of the best grows with the distance, as one HTML file. */
export function backtestPage(result: BacktestResult, title: string): string {
  const entries = leaderboard(result);
  const levels = entries[0]?.coverage.map(({ level }) => level) ?? [];
  const columns: Column[] = [
    { name: '#', kind: 'number', className: 'rank' },
    { name: 'Model', kind: 'text' },
    { name: 'Accuracy by day', kind: 'number' },
    { name: 'Accuracy of the whole', kind: 'number' },
    { name: 'Bias', kind: 'number' },
    { name: 'RMSSE', kind: 'number' },
    { name: 'Top products hit', kind: 'number' },
    ...levels.map((level) => ({ name: `Inside ${formatShare(level)}`, kind: 'number' }) as const),
    { name: 'Wins', kind: 'number' },
    { name: 'p', kind: 'number' },
  ];
  const rows = entries.map(
    (entry) => html`<tr>
${numberCell(entry.rank, String)}
<th scope="row">${entry.model}</th>
${numberCell(shownAccuracy(entry.wape), formatShare)}
${numberCell(shownAccuracy(entry.wapeTotal), formatShare)}
${numberCell(entry.bias, formatShare)}
${numberCell(entry.rmsseMean, (value) => value.toFixed(3))}
${numberCell(entry.topHitRate, formatShare)}
${entry.coverage.map(({ coverage }) => numberCell(coverage, formatShare))}
${numberCell(entry.winRate, formatShare)}
${numberCell(entry.pValue, (value) => value.toFixed(3))}
</tr>`,
  );
  const cutoffs = result.cutoffs.map((cutoff) => formatDate(formatDay(cutoff)));
  return htmlDocument(
    `Backtest: ${title}`,
    html`<header>
<h1>Which model forecasts best</h1>
<p class="lead">${result.horizon} days after ${cutoffs.join(', ')} · ${title}</p>
</header>
<section class="card">
<h2>Models</h2>
${sortableTable(columns, rows)}
<p class="note">Each model was fitted on the days up to each cutoff and forecast the days after it. Accuracy is 1 − WAPE, by product and
day, and of each product’s whole horizon. Bias is the share forecast too much. Wins are the products and cutoffs forecast better
than by the best other model, and p is how likely a difference like this is by chance.</p>
</section>
<section class="card">
<h2>Error by distance</h2>
${stepChart(entries.slice(0, 2), result.horizon)}
<p class="note">WAPE of each day after the cutoff, of ${entries
      .slice(0, 2)
      .map(({ model }) => model)
      .join(' (solid) and ')}${entries.length > 1 ? ' (dashed)' : ''}.</p>
</section>
<footer>Made with commerce-forecast.</footer>`,
  );
}

function stepChart(best: readonly LeaderboardEntry[], horizon: number): Html {
  const option = {
    textStyle: { fontFamily: CHART_FONT, color: COLORS.muted },
    grid: { left: 8, right: 12, top: 12, bottom: 6, outerBoundsMode: 'same' as const },
    xAxis: {
      type: 'category' as const,
      data: Array.from({ length: horizon }, (_, step) => step + 1),
      axisLine: { lineStyle: { color: COLORS.grid } },
      axisLabel: { color: COLORS.muted, hideOverlap: true },
    },
    yAxis: {
      type: 'value' as const,
      min: 0,
      axisLabel: { color: COLORS.muted, formatter: (wape: number) => `${Math.round(100 * wape)} %` },
      splitLine: { lineStyle: { color: COLORS.grid } },
    },
    series: best.map(({ model, wapeByStep }, i) => ({
      type: 'line' as const,
      name: model,
      data: wapeByStep.map((wape) => wape ?? '-'),
      lineStyle: {
        width: 2,
        color: i === 0 ? COLORS.forecast : COLORS.history,
        type: i === 0 ? ('solid' as const) : ('dashed' as const),
      },
      symbol: 'none',
      silent: true,
    })),
  };
  const words = best.map(
    ({ model, wapeByStep }) =>
      `${model} from ${formatShare(wapeByStep[0] ?? 0)} on the first day to ${formatShare(wapeByStep.at(-1) ?? 0)} on the last`,
  );
  return renderChart(option, SIZE, `Error by distance: ${words.join('; ')}`);
}

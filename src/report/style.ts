/**
 * The style of the report: one column, readable on paper, phones and in the dark. The shadows at the edges of wide tables lie below
 * covers that scroll with the table, so that they show only where something is hidden.
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --ink: #16202e; --muted: #5b6777; --grid: #dfe4ea; --rule: #e6eaef;
  --history: #5b7083; --forecast: #0f6fde; --naive: #a9b4c0; --before: #c77d1a; --up: #0a7d43; --down: #bd2c2c; --accent: #0f6fde;
  --shade: rgb(22 32 46 / 0.18);
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0f141b; --card: #171e28; --ink: #e8edf3; --muted: #9aa7b6; --grid: #2b3542; --rule: #273140;
    --history: #8fa3b8; --forecast: #5ea8ff; --naive: #56647a; --before: #e0a24e; --up: #4cc98a; --down: #ff7b7b; --accent: #5ea8ff;
    --shade: rgb(0 0 0 / 0.6);
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif;
  font-variant-numeric: tabular-nums; -webkit-text-size-adjust: 100%;
}
main { max-width: 1040px; margin: 0 auto; padding: 40px 20px 64px; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 6px; letter-spacing: -0.02em; }
h2 { font-size: 1.3rem; line-height: 1.3; margin: 0; letter-spacing: -0.01em; }
h3 { font-size: 1rem; margin: 24px 0 6px; }
p { margin: 0 0 10px; max-width: 72ch; }
.lead { color: var(--muted); overflow-wrap: anywhere; }
.card {
  background: var(--card); border: 1px solid var(--rule); border-radius: 12px; padding: 20px 22px; margin: 20px 0;
}
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); gap: 12px; margin: 24px 0; }
.figure { background: var(--card); border: 1px solid var(--rule); border-radius: 12px; padding: 14px 16px; }
.figure b { display: block; font-size: 1.55rem; line-height: 1.25; letter-spacing: -0.02em; overflow-wrap: anywhere; }
.figure span { color: var(--muted); font-size: 0.85rem; }
.heading { display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: baseline; margin-bottom: 10px; }
.heading .total { color: var(--muted); }
.chart { display: block; width: 100%; height: auto; }
.chart.narrow { display: none; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 18px; list-style: none; margin: 0; padding: 0; }
.legend li { color: var(--muted); font-size: 0.82rem; }
.legend li::before {
  content: ''; display: inline-block; width: 16px; height: 3px; margin-right: 6px; vertical-align: middle;
  border-radius: 2px; background: var(--history);
}
.legend .sold::before { height: 1px; opacity: 0.7; }
.legend .forecast::before { background: var(--forecast); }
.legend .interval::before { background: var(--forecast); opacity: 0.25; height: 10px; }
.legend .before::before { background: var(--before); height: 2px; }
.legend .model::before { background: var(--forecast); height: 10px; }
.legend .naive::before { background: var(--naive); height: 10px; }
.bar { position: relative; height: 10px; margin-top: 7px; min-width: 110px; background: var(--page); border-radius: 5px; }
.bar i { position: absolute; top: 0; bottom: 0; background: var(--forecast); opacity: 0.3; border-radius: 5px; }
.bar b { position: absolute; top: -2px; bottom: -2px; width: 2px; margin-left: -1px; background: var(--forecast); }
th.product { width: 36%; }
th.range { width: 20%; }
.scroll {
  overflow-x: auto;
  background:
    linear-gradient(to right, var(--card) 30%, transparent) left / 40px 100% no-repeat local,
    linear-gradient(to left, var(--card) 30%, transparent) right / 40px 100% no-repeat local,
    radial-gradient(farthest-side at 0 50%, var(--shade), transparent) left / 14px 100% no-repeat scroll,
    radial-gradient(farthest-side at 100% 50%, var(--shade), transparent) right / 14px 100% no-repeat scroll;
}
.scroll:focus-visible, button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-size: 0.93rem; }
thead th { color: var(--muted); font-size: 0.82rem; vertical-align: bottom; }
th { text-align: left; font-weight: 500; }
th button { all: unset; cursor: pointer; }
th[aria-sort]::after { content: ' ▾'; }
th[aria-sort='ascending']::after { content: ' ▴'; }
th, td { padding: 7px 22px 7px 0; border-bottom: 1px solid var(--rule); vertical-align: top; }
tbody tr:last-child > * { border-bottom: 0; }
.number { text-align: right; white-space: nowrap; }
.nowrap { white-space: nowrap; }
.name { color: var(--muted); }
.up { color: var(--up); } .down { color: var(--down); } .flat { color: var(--muted); }
.note { color: var(--muted); font-size: 0.88rem; margin-top: 10px; }
.tag {
  font-size: 0.75rem; border: 1px solid currentColor; border-radius: 99px; padding: 1px 8px; white-space: nowrap;
}
.error { color: var(--down); } .warning { color: var(--accent); } .info { color: var(--muted); }
summary { cursor: pointer; color: var(--muted); font-size: 0.88rem; }
details ul { margin: 4px 0 0; padding-left: 18px; color: var(--muted); font-size: 0.88rem; overflow-wrap: anywhere; }
footer { color: var(--muted); font-size: 0.85rem; margin-top: 32px; }
@media (max-width: 640px) {
  .range, .chart.wide { display: none; }
  .chart.narrow { display: block; }
  .card { padding: 16px; }
  th, td { padding-right: 14px; }
}
@media print {
  :root { color-scheme: light; }
  body { background: none; font-size: 11pt; }
  main { max-width: none; padding: 0; }
  .card, .figure { border: 0; padding: 8px 0; margin: 0; }
  .chart, tr, .figure { break-inside: avoid; }
  h2 { break-after: avoid; }
  thead { display: table-header-group; }
  .scroll { overflow: visible; background: none; }
  th[aria-sort]::after { content: ''; }
}
`;

/** A picture of days from left to right. */
export interface Chart {
  readonly title: string;
  /** Days. */
  readonly width: number;
  readonly lines: readonly {
    readonly from: number;
    readonly values: readonly number[];
    readonly kind: 'past' | 'forecast' | 'actual';
  }[];
  readonly band?: {
    readonly from: number;
    readonly lower: readonly number[];
    readonly upper: readonly number[];
  };
  /** A dashed line before a day. */
  readonly mark?: { readonly at: number; readonly name: string };
  /** Rows of bars, in place of lines. */
  readonly rows?: readonly { readonly name: string; readonly values: readonly number[] }[];
  /** Rows of what is known and what is forecast, in place of lines. */
  readonly spans?: readonly { readonly name: string; readonly known: number; readonly forecast: number }[];
}

const WIDTH = 720;
const HEIGHT = 240;
const LEFT = 70;
const TOP = 44;
const STYLE = `text{font:13px system-ui,sans-serif;fill:#5b6777}.title{font-weight:600;fill:#16202e}
.past{stroke:#5b7083;fill:none}.forecast{stroke:#0f6fde;fill:none;stroke-width:2}.actual{stroke:#c77d1a;fill:none}
.band{fill:#0f6fde;opacity:.18}.mark{stroke:#5b6777;stroke-dasharray:4}.known{fill:#5b7083;opacity:.45}.ahead{fill:#0f6fde}
@media(prefers-color-scheme:dark){text{fill:#9aa7b6}.title{fill:#e8edf3}.past{stroke:#8fa3b8}.forecast{stroke:#5ea8ff}}`;

/** Draws the picture as SVG. */
export function chart(picture: Chart): string {
  const { title, width, lines, band, mark, rows = [], spans = [] } = picture;
  const most = Math.max(1, ...lines.flatMap(({ values }) => values), ...(band?.upper ?? []));
  const x = (day: number) => fixed(LEFT + ((WIDTH - LEFT - 10) * day) / width);
  const y = (units: number) => fixed(HEIGHT - 14 - ((HEIGHT - TOP - 24) * Math.max(0, units)) / most);
  const points = (from: number, values: readonly number[]) =>
    values.map((value, i) => `${x(from + i + 0.5)},${y(value)}`);
  const parts = [`<text class="title" x="10" y="20">${title}</text>`];
  if (band) {
    const outline = [...points(band.from, band.lower), ...points(band.from, band.upper).reverse()];
    parts.push(`<polygon class="band" points="${outline.join(' ')}"/>`);
  }
  for (const { from, values, kind } of lines) {
    parts.push(`<polyline class="${kind}" points="${points(from, values).join(' ')}"/>`);
  }
  if (mark) {
    parts.push(`<path class="mark" d="M${x(mark.at)} ${TOP - 8}V${HEIGHT - 8}"/>`);
    parts.push(`<text x="${x(mark.at + 0.5)}" y="${TOP}">${mark.name}</text>`);
  }
  const pitch = (HEIGHT - TOP) / Math.max(rows.length, spans.length, 1);
  rows.forEach(({ name, values }, row) => {
    const base = TOP + (row + 1) * pitch - 12;
    const scale = (pitch - 22) / Math.max(1, ...values);
    parts.push(`<text x="10" y="${fixed(base)}">${name}</text>`);
    values.forEach((value, day) => {
      if (!(value > 0)) return;
      const size = `width="${fixed((WIDTH - LEFT) / width - 2.5)}" height="${fixed(value * scale)}"`;
      parts.push(`<rect class="known" x="${x(day)}" y="${fixed(base - value * scale)}" ${size}/>`);
    });
  });
  spans.forEach(({ name, known, forecast }, row) => {
    const top = fixed(TOP + row * pitch + 8);
    const bar = (kind: string, from: number, days: number) =>
      `<rect class="${kind}" x="${x(from)}" y="${top}" width="${fixed(x(from + days) - x(from))}" height="18"/>`;
    parts.push(
      `<text x="10" y="${top + 14}">${name}</text>`,
      bar('known', 0, known),
      bar('ahead', known, forecast),
    );
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">
<style>${STYLE}</style>
${parts.join('\n')}
</svg>
`;
}

function fixed(pixels: number): number {
  return Math.round(10 * pixels) / 10;
}

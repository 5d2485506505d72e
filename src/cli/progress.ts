import type { Progress } from '../index.js';

/** Output for progress: a terminal or a log. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Phases that are shown as one step: quick members, and trials of all members. */
const QUICK = /^(try |weekday-mean|seasonal-naive|tsb)/;

const BAR_WIDTH = 24;
const REDRAW_MS = 80;
const MODEL_NAMES: Readonly<Record<string, string>> = {
  structural: 'levels and seasons',
  'direct-boosting': 'gradient boosting',
  'recursive-boosting': 'gradient boosting',
  'seasonal-trend': 'season and trend',
};

/** Shows one line per phase: redrawn in place on a terminal, written once in a log. */
export class ProgressLine {
  private step = '';
  private drawn = false;
  private lastDraw = Number.NEGATIVE_INFINITY;
  private readonly start: number;

  constructor(
    private readonly output: ProgressOutput,
    private readonly clock: () => number = () => performance.now(),
  ) {
    this.start = clock();
  }

  readonly report = ({ phase, done, total }: Progress): void => {
    const step = stepName(phase);
    const isNew = step !== this.step;
    // Reading reports rows and bytes; only the bytes have a total.
    if (!isNew && Number.isNaN(total)) return;
    if (isNew) {
      this.finishStep();
      this.step = step;
      if (!this.output.isTTY) this.output.write(`${this.elapsed()}  ${step}\n`);
    }
    const now = this.clock();
    if (!this.output.isTTY || (!isNew && now - this.lastDraw < REDRAW_MS)) return;
    this.lastDraw = now;
    this.drawn = true;
    this.output.write(`\r\x1b[2K${this.elapsed()}  ${step.padEnd(34)} ${bar(done, total)}`);
  };

  /** Ends the last line. */
  finish(): void {
    this.finishStep();
    this.step = '';
  }

  private finishStep(): void {
    if (!this.drawn) return;
    this.output.write(`\r\x1b[2K${this.elapsed()}  ${this.step}\n`);
    this.drawn = false;
  }

  private elapsed(): string {
    return `${((this.clock() - this.start) / 1000).toFixed(1).padStart(6)} s`;
  }
}

/** The step of the command for a phase of the library. */
function stepName(phase: string): string {
  const [stage = '', model = ''] = phase.split(': ');
  if (stage === 'read csv' || stage === 'ingest') return 'Read the sales';
  const part = QUICK.test(model) ? 'weights of the members' : (MODEL_NAMES[model] ?? model);
  if (stage === 'validate') return `Backtest: ${part}`;
  if (stage === 'train') return `Train: ${part}`;
  return stage.startsWith('forecast') ? 'Forecast week, month and year' : 'Build daily series';
}

function bar(done: number, total: number): string {
  if (!(total > 0) || !Number.isFinite(total)) return '';
  const share = Math.min(1, done / total);
  const filled = Math.round(share * BAR_WIDTH);
  return `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)} ${String(Math.round(100 * share)).padStart(3)} %`;
}

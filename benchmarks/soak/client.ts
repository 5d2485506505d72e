import { createHash } from 'node:crypto';
import { wrongWith } from '../fuzz/requests.js';

export type Outcome =
  | '2xx'
  | '4xx expected'
  | '429'
  | '503 with Retry-After'
  | 'aborted'
  | '5xx'
  | 'wrong'
  | 'none';

/** A request, and what the answer to it has to be. */
export interface Exchange {
  /** Name under which it is counted. */
  readonly kind: string;
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | ReadableStream;
  /** Statuses of a right answer; 200 by default. */
  readonly expected?: readonly number[];
  /** Milliseconds after which the client goes away. */
  readonly abortAfterMs?: number;
  /** The answer is the same again for as long as the same version of the model gives it. */
  readonly repeatable?: boolean;
  /** Finds what is wrong with the answer, if something is. */
  readonly check?: (answer: Answer) => string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever JSON the server answers with; undefined for other texts.
  readonly json: any;
}

const MAX_WRONG = 100;

/** Sends requests, keeps how long they took and what came of them. */
export class Client {
  readonly latencies = new Map<string, number[]>();
  readonly outcomes = new Map<string, Map<Outcome, number>>();
  readonly wrong: string[] = [];
  readonly #url: string;
  /** Hashes of answers, by path and version of the model. */
  readonly #seen = new Map<string, string>();

  constructor(url: string) {
    this.#url = url;
  }

  /** Undefined where there is no whole answer. */
  async send(exchange: Exchange): Promise<Answer | undefined> {
    const { kind, abortAfterMs } = exchange;
    const controller = new AbortController();
    const timer = abortAfterMs === undefined ? undefined : setTimeout(() => controller.abort(), abortAfterMs);
    const start = performance.now();
    try {
      const { path, method, headers, body } = exchange;
      const streams = body instanceof ReadableStream && { duplex: 'half' as const };
      const init = { method, headers, body, signal: controller.signal, ...streams };
      const response = await fetch(this.#url + path, init);
      const text = await response.text();
      const answer = {
        status: response.status,
        headers: response.headers,
        text,
        json: parsed(response, text),
      };
      this.#timed(kind, performance.now() - start);
      this.#judge(exchange, answer);
      return answer;
    } catch (error) {
      if (controller.signal.aborted) this.count(kind, 'aborted');
      else this.complain(kind, 'none', `${exchange.path}: ${(error as Error).cause ?? error}`);
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }

  count(kind: string, outcome: Outcome): void {
    const counts = this.outcomes.get(kind) ?? new Map<Outcome, number>();
    this.outcomes.set(kind, counts.set(outcome, (counts.get(outcome) ?? 0) + 1));
  }

  complain(kind: string, outcome: '5xx' | 'wrong' | 'none', what: string): void {
    this.count(kind, outcome);
    if (this.wrong.length < MAX_WRONG) {
      this.wrong.push(`${kind}: ${what}`);
      console.log(`${new Date().toISOString()} wrong: ${kind}: ${what}`);
    }
  }

  #timed(kind: string, milliseconds: number): void {
    const times = this.latencies.get(kind) ?? [];
    times.push(milliseconds);
    this.latencies.set(kind, times);
  }

  #judge(exchange: Exchange, answer: Answer): void {
    const { kind, path, method = 'GET' } = exchange;
    const { status, headers, text } = answer;
    const told = `${method} ${path}: ${status} ${text.slice(0, 400)}`;
    if (status === 503 && headers.has('retry-after')) this.count(kind, '503 with Retry-After');
    else if (status >= 500) this.complain(kind, '5xx', told);
    else if (status === 429) this.count(kind, '429');
    else {
      const wrong = this.#wrongWith(exchange, answer);
      if (wrong === undefined) this.count(kind, status < 400 ? '2xx' : '4xx expected');
      else this.complain(kind, 'wrong', `${wrong}: ${told}`);
    }
  }

  #wrongWith({ path, expected = [200], check, repeatable }: Exchange, answer: Answer): string | undefined {
    // Scripts of the dashboard may hold any text.
    const wrong = path.startsWith('/assets/') ? undefined : wrongWith(answer, answer.text);
    if (wrong !== undefined) return wrong;
    if (!expected.includes(answer.status)) return `expected ${expected.join(' or ')}`;
    return check?.(answer) ?? (repeatable ? this.#unlikeBefore(path, answer) : undefined);
  }

  #unlikeBefore(path: string, { json }: Answer): string | undefined {
    const { generated_at: _, ...content } = json;
    const hash = createHash('sha256').update(JSON.stringify(content)).digest('hex');
    const question = `${path} ${content.model_version}`;
    const before = this.#seen.get(question);
    this.#seen.set(question, hash);
    return before === undefined || before === hash ? undefined : 'differs from the answer before';
  }
}

function parsed({ headers }: Response, text: string): unknown {
  return headers.get('content-type')?.includes('json') ? JSON.parse(text) : undefined;
}

import { connect, type Socket } from 'node:net';

/** Receives the status of the answer to a request, or undefined if the connection was lost before it came. */
export type OnAnswer = (status: number | undefined) => void;

const HEAD_END = Buffer.from('\r\n\r\n');
/** Read into by all connections: an answer is looked through before the next one is read. */
const INPUT = Buffer.allocUnsafe(65_536);

/**
 * A connection that asks one thing after the other and looks at no more of the answers than their status and length:
 * HTTP clients take as much of a processor as the server that is to be measured.
 */
export class KeepAliveConnection {
  readonly #socket: Socket;
  readonly #waiting: (readonly [request: string, onAnswer: OnAnswer])[] = [];
  #onAnswer: OnAnswer | undefined;
  #head = '';
  #bodyLeft = 0;
  #status = 0;
  #open = false;

  constructor(host: string, port: number) {
    const onread = {
      buffer: INPUT,
      callback: (size: number) => {
        this.#read(INPUT.subarray(0, size));
        return true;
      },
    };
    this.#socket = connect({ host, port, noDelay: true, onread });
    this.#socket.on('connect', () => {
      this.#open = true;
    });
    this.#socket.on('error', () => this.#socket.destroy());
    this.#socket.on('close', () => this.#lose());
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** Sends a request, after the answers to those before it. */
  send(request: string, onAnswer: OnAnswer): void {
    if (this.#socket.destroyed) onAnswer(undefined);
    else if (this.#onAnswer) this.#waiting.push([request, onAnswer]);
    else this.#write(request, onAnswer);
  }

  close(): void {
    this.#socket.destroy();
  }

  #write(request: string, onAnswer: OnAnswer): void {
    this.#onAnswer = onAnswer;
    this.#socket.write(request, 'latin1');
  }

  #read(bytes: Buffer): void {
    let body = bytes;
    if (this.#status === 0) {
      const end = this.#head === '' ? bytes.indexOf(HEAD_END) : -1;
      const text =
        end < 0 ? this.#head + bytes.toString('latin1') : bytes.toString('latin1', 0, end + HEAD_END.length);
      const headLength = text.indexOf('\r\n\r\n') + HEAD_END.length;
      if (headLength < HEAD_END.length) {
        this.#head = text;
        return;
      }
      body = bytes.subarray(headLength - this.#head.length);
      this.#head = '';
      this.#status = Number(text.slice(9, 12));
      this.#bodyLeft = Number(/\r\ncontent-length: *(\d+)/i.exec(text.slice(0, headLength))?.[1] ?? 0);
    }
    this.#bodyLeft -= body.length;
    if (this.#bodyLeft <= 0) this.#finish();
  }

  #finish(): void {
    const onAnswer = this.#onAnswer;
    // More than was announced, or bytes without a request: the rest cannot be parsed.
    const status = this.#bodyLeft === 0 ? this.#status : undefined;
    this.#onAnswer = undefined;
    this.#status = 0;
    onAnswer?.(status);
    if (status === undefined) this.#socket.destroy();
    const next = this.#waiting.shift();
    if (next) this.send(...next);
  }

  #lose(): void {
    this.#open = false;
    this.#onAnswer?.(undefined);
    this.#onAnswer = undefined;
    for (const [, onAnswer] of this.#waiting.splice(0)) onAnswer(undefined);
  }
}

/** Failure to read a body to its end. */
export class BodyFailure extends Error {
  readonly reason: 'too-large' | 'stalled' | 'truncated';

  constructor(reason: 'too-large' | 'stalled' | 'truncated') {
    super(reason);
    this.reason = reason;
  }
}

export interface BodyLimits {
  readonly maxBytes: number;
  /** Milliseconds that the next piece may take. */
  readonly stallMs: number;
  /** Size that the service declared; undefined if it did not or the body is compressed. */
  readonly declaredBytes?: number;
  readonly signal?: AbortSignal;
}

/**
 * The pieces of a body, within limits. Sizes are counted after decompression, so that a small compressed answer
 * cannot fill the memory.
 *
 * @throws BodyFailure if a limit is exceeded or the connection ends too early.
 */
export async function* readBody(
  body: ReadableStream<Uint8Array> | null,
  limits: BodyLimits,
): AsyncGenerator<Uint8Array, void, void> {
  if (!body) return;
  const reader = body.getReader();
  let size = 0;
  let ended = false;
  try {
    for (;;) {
      const step = await nextPiece(reader, limits);
      if (step.done) break;
      size += step.value.length;
      if (size > limits.maxBytes) throw new BodyFailure('too-large');
      yield step.value;
    }
    ended = true;
    if (limits.declaredBytes !== undefined && size < limits.declaredBytes) throw new BodyFailure('truncated');
  } finally {
    // Not awaited: a connection that hangs may never confirm.
    if (!ended) void reader.cancel().catch(() => undefined);
  }
}

/** Joins all pieces into one text, decoded as UTF-8. */
export async function readText(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of pieces) text += decoder.decode(piece, { stream: true });
  return text + decoder.decode();
}

function nextPiece(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  limits: BodyLimits,
): Promise<ReadableStreamReadResult<Uint8Array>> {
  const { signal, stallMs } = limits;
  return new Promise((resolve, reject) => {
    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    const onAbort = () => {
      settle();
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      settle();
      reject(new BodyFailure('stalled'));
    }, stallMs);
    if (signal?.aborted) return onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    reader.read().then(
      (step) => {
        settle();
        resolve(step);
      },
      () => {
        settle();
        reject(new BodyFailure('truncated'));
      },
    );
  });
}

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LocalEvents } from '../../../examples/express-server/events.js';
import type {
  ApiKey,
  ApiKeyRepository,
} from '../../../examples/express-server/security/api-key-repository.js';
import { ApiKeyService } from '../../../examples/express-server/security/api-key-service.js';

const SECOND_MS = 1_000;

/** A repository that answers when the test lets it. */
class SlowRepository {
  readonly keys = new Map<string, ApiKey>();
  readonly #waiting: (() => void)[] = [];
  finds = 0;

  async insert(key: ApiKey): Promise<void> {
    this.keys.set(key.id, key);
  }

  /** Reads at once, and tells it later. */
  async find(id: string): Promise<ApiKey | undefined> {
    this.finds++;
    const found = this.keys.get(id);
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return found;
  }

  async noteUse(id: string, firstUsedAt: Date): Promise<void> {
    const key = this.keys.get(id);
    if (key) this.keys.set(id, { ...key, firstUsedAt });
  }

  async revoke(id: string, revokedAt: Date): Promise<boolean> {
    const key = this.keys.get(id);
    if (key) this.keys.set(id, { ...key, revokedAt });
    return key !== undefined;
  }

  answer(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

describe('ApiKeyService', () => {
  let repository: SlowRepository;
  let service: ApiKeyService;
  let key: string;

  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    repository = new SlowRepository();
    service = new ApiKeyService({
      repository: repository as unknown as ApiKeyRepository,
      events: new LocalEvents(),
      lifetimeDays: 90,
      rotationOverlapHours: 24,
      now: () => new Date('2026-01-01T00:00:00Z'),
    });
    key = (await service.issue('shop', 'merchant')).text;
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const isKnown = (verdict: object | undefined) => verdict !== undefined && 'principal' in verdict;

  async function readOnce(): Promise<void> {
    const verdict = service.verify(key);
    repository.answer();
    expect(isKnown(await verdict)).toBe(true);
  }

  it('asks the database once for all who wait for the same key', async () => {
    const verdicts = Array.from({ length: 1_000 }, () => service.verify(key));
    repository.answer();
    expect((await Promise.all(verdicts)).every(isKnown)).toBe(true);
    expect(repository.finds).toBe(1);
  });

  it('refreshes a busy key before its copy is too old, without making requests wait', async () => {
    await readOnce();
    for (let second = 0; second < 50; second++) {
      vi.advanceTimersByTime(SECOND_MS);
      expect(isKnown(service.verifyInMemory(key))).toBe(true);
      repository.answer();
      await new Promise(setImmediate);
    }
    expect(repository.finds).toBe(3);
  });

  it('does not use a copy that is too old', async () => {
    await readOnce();
    vi.advanceTimersByTime(29 * SECOND_MS);
    expect(isKnown(service.verifyInMemory(key))).toBe(true);
    vi.advanceTimersByTime(2 * SECOND_MS);
    expect(service.verifyInMemory(key)).toBeUndefined();
  });

  it('does not give what was read before a revocation to those who ask after it', async () => {
    const before = service.verify(key);
    await service.revoke(key.split('_')[1]);
    const after = service.verify(key);
    repository.answer();
    expect(isKnown(await before)).toBe(true);
    expect(await after).toEqual({ refusal: 'revoked' });
    expect(isKnown(service.verifyInMemory(key))).toBe(false);
  });
});

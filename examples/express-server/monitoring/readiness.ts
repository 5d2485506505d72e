import type { Redis } from 'ioredis';
import type { ReadinessReport } from '../routes/operations.js';
import type { ModelService } from '../services/model-service.js';
import type { Database } from '../storage/database.js';

const CHECK_MS = 1_000;

/** Tells whether requests should be sent to this process. */
export class Readiness {
  isDraining = false;

  constructor(
    private readonly models: ModelService,
    private readonly database: Database,
    private readonly redis: Redis | undefined,
  ) {}

  async report(): Promise<ReadinessReport> {
    const routes = this.models.registry.routes();
    const hasModel = routes !== undefined;
    const unloadable = routes?.unloadable.map(({ version }) => version) ?? [];
    const database = (await answersInTime(this.database.query('SELECT 1'))) ? 'ok' : 'failing';
    const redis = !this.redis ? 'not-used' : this.redis.status === 'ready' ? 'ok' : 'failing';
    return {
      status: hasModel && !this.isDraining ? 'ready' : 'not-ready',
      checks: {
        model: !hasModel ? 'failing' : unloadable.length > 0 ? 'degraded' : 'ok',
        accepting: this.isDraining ? 'failing' : 'ok',
        database,
        redis,
      },
      ...(unloadable.length > 0 && {
        model: { unloadable, answering: routes?.production.version.version ?? null },
      }),
    };
  }
}

async function answersInTime(call: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), CHECK_MS);
  });
  const answered = call.then(
    () => true,
    () => false,
  );
  return Promise.race([answered, late]).finally(() => clearTimeout(timer));
}

import { HAS_POSTGRES } from '../../own-postgres.js';
import { describeWithService } from '../services.js';

/** Tests that start their own PostgreSQL. */
export function describeWithOwnPostgres(name: string, tests: () => void): void {
  describeWithService('initdb', HAS_POSTGRES, 'install the programs of PostgreSQL', name, tests);
}

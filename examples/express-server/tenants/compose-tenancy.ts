import type { Database } from '../storage/database.js';
import type { Trainer } from '../training/messages.js';
import { openTenant, type SharedParts } from './open-tenant.js';
import { administerTenants, type TenantAdministration } from './set-up.js';
import { TenantRepository } from './tenant-repository.js';
import { databaseName, tenantSchema } from './tenant-schema.js';
import { Tenants } from './tenants.js';

/** Makes the tenants of an installation, and their administration. */
export async function composeTenancy(
  database: Database,
  parts: Omit<SharedParts, 'repository' | 'inTurn'>,
): Promise<{ readonly tenants: Tenants; readonly administration: TenantAdministration }> {
  const { config, access, logger, now } = parts;
  const name = await databaseName(database);
  const repository = new TenantRepository(database, config.DATABASE_SCHEMA, (id) =>
    tenantSchema(name, config.DATABASE_SCHEMA, id),
  );
  await repository.noteSchemas();
  const shared: SharedParts = { ...parts, repository, inTurn: trainingsInTurn() };
  const tenants = new Tenants({
    repository,
    open: (tenant) => openTenant(tenant, shared),
    most: config.TENANTS_OPEN,
    onError: (error) => logger.warn({ err: error }, 'a tenant could not be closed well'),
  });
  const administration = administerTenants({ tenants, database, apiKeys: access.apiKeys, now });
  return { tenants, administration };
}

/** Lets one training of all that it is given run at a time: many tenants must not take all of the machine. */
function trainingsInTurn(): (train: Trainer) => Trainer {
  let last: Promise<unknown> = Promise.resolve();
  return (train) => (order) => {
    const turn = last.then(() => train(order));
    last = turn.catch(() => undefined);
    return turn;
  };
}

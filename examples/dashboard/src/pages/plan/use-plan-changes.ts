import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, dataOf, done } from '../../api/client.js';
import { planQuery } from '../../api/queries.js';
import { asRecord, type PlanEntry, type PlanRecord } from './plan-record.js';

export interface PlanChange {
  readonly kind: 'added' | 'changed' | 'removed' | 'undone';
  readonly add?: PlanRecord;
  readonly remove?: readonly PlanEntry[];
}

/** A change that was made, and the one that takes it back; undefined where it has just been taken back. */
interface Made {
  readonly kind: PlanChange['kind'];
  readonly undo: PlanChange | undefined;
}

/** Changes of the plan, of which the last one can be undone. */
export function usePlanChanges(): UseMutationResult<Made, Error, PlanChange> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ kind, add, remove = [] }) => {
      const before = await client.fetchQuery({ ...planQuery, staleTime: 0 });
      // What is new comes first: if the connection is lost in between, nothing is.
      if (add) await dataOf(api.POST('/api/v1/plan', { body: { records: [add] } }));
      const added = add ? await addedSince(before.plans) : [];
      // A change that changes nothing is stored once: it must not be removed as the old one.
      const ids = add && added.length === 0 ? [] : remove.map(({ id }) => id);
      if (ids.length > 0) {
        await done(api.DELETE('/api/v1/plan', { params: { query: { ids: ids.join(',') } } }));
      }
      await client.invalidateQueries({ queryKey: planQuery.queryKey });
      const [restored] = ids.length > 0 ? remove : [];
      const hasUndo = kind !== 'undone' && (added.length > 0 || restored !== undefined);
      return {
        kind,
        undo: hasUndo
          ? { kind: 'undone', remove: added, ...(restored && { add: asRecord(restored) }) }
          : undefined,
      };
    },
  });

  async function addedSince(before: readonly PlanEntry[]): Promise<PlanEntry[]> {
    const known = new Set(before.map(({ id }) => id));
    const { plans } = await client.fetchQuery({ ...planQuery, staleTime: 0 });
    return plans.filter(({ id }) => !known.has(id));
  }
}

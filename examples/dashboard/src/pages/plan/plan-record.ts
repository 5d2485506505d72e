import type { Schemas } from '../../api/client.js';
import { spanOf } from '../planned-spans.js';

export type PlanRecord = Schemas['PlanRecord'];
export type PlanEntry = Schemas['PlanEntry'];

export const PLAN_KINDS = ['promo', 'price', 'closed', 'event'] as const;
export const PLAN_SCOPES = ['all', 'category', 'product'] as const;

export type PlanKind = (typeof PLAN_KINDS)[number];
export type PlanScope = (typeof PLAN_SCOPES)[number];

/** A plan as it is being written. */
export interface PlanDraft {
  readonly kind: PlanKind;
  readonly from: string;
  readonly to: string;
  readonly scope: PlanScope;
  readonly category: string;
  readonly product: string;
  /** Empty, or a number as it was typed. */
  readonly price: string;
  readonly event: string;
  readonly note: string;
}

export function emptyDraft(day: string): PlanDraft {
  return {
    kind: 'promo',
    from: day,
    to: day,
    scope: 'category',
    category: '',
    product: '',
    price: '',
    event: '',
    note: '',
  };
}

/** The record of a draft. */
export function recordOf(draft: PlanDraft): PlanRecord {
  const { kind, from, to, scope, category, product, price, event, note } = draft;
  return {
    from,
    to: to < from ? from : to,
    ...(scope === 'all' ? { all: true } : scope === 'category' ? { category } : { product_id: product }),
    ...(kind === 'promo' && { promo: true }),
    ...(kind === 'closed' && { open: false }),
    ...(kind === 'event' && { event: event.trim() }),
    ...((kind === 'promo' || kind === 'price') && price !== '' && { price: Number(price) }),
    ...(note.trim() !== '' && { note: note.trim() }),
  };
}

/** Kind of a plan record, from its fields. */
export function kindOf({ promo, open, event }: Pick<PlanEntry, 'promo' | 'open' | 'event'>): PlanKind {
  if (open === false) return 'closed';
  if (promo) return 'promo';
  return event === undefined ? 'price' : 'event';
}

/** Subject of a plan; undefined for the whole shop. */
export function subjectOf({
  product_id,
  category,
  location,
}: Pick<PlanEntry, 'product_id' | 'category' | 'location'>) {
  const parts = [product_id ?? category, location].filter((part) => part !== undefined);
  return parts.length > 0 ? parts.join(', ') : undefined;
}

/** True if the form can hold all that a plan says: one of stock alone has no kind of its own. */
export function mayEdit({ promo, open, event, price }: PlanEntry): boolean {
  return promo !== undefined || open !== undefined || event !== undefined || price !== undefined;
}

/** A plan as it stands, to be changed. */
export function draftOf(entry: PlanEntry): PlanDraft {
  const { product_id: product, category, price, event = '', note = '' } = entry;
  const [from, to] = spanOf(entry);
  const scope = product !== undefined ? 'product' : category !== undefined ? 'category' : 'all';
  return {
    kind: kindOf(entry),
    from,
    to,
    scope,
    category: category ?? '',
    product: product ?? '',
    price: price === undefined ? '' : String(price),
    event,
    note,
  };
}

/** The record of a plan as it stands, without what the server added. */
export function asRecord({ id: _, known_since: __, removed_on: ___, ...record }: PlanEntry): PlanRecord {
  return record;
}

/** The record of a plan after a change; what the form does not show stays as it was. */
export function changedRecord(entry: PlanEntry, written: PlanRecord): PlanRecord {
  const { location, available } = entry;
  const { all, ...record } = written;
  return {
    ...record,
    // Of one location: all of its products.
    ...(all && (location === undefined || entry.all) && { all }),
    ...(location !== undefined && { location }),
    ...(available !== undefined && { available }),
  };
}

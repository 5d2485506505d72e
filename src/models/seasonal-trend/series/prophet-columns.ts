import type { Component } from '../components.js';
import { columnNames } from '../components.js';

/**
 * Index of our column for each column of Prophet, which sorts holiday columns as text where we sort by name and
 * day.
 */
export function prophetOrder(components: readonly Component[]): number[] {
  const columns = components.flatMap((component) =>
    columnNames(component).map((name) => ({ name, event: component.kind === 'event' })),
  );
  const first = columns.findIndex(({ event }) => event);
  const order = [...columns.keys()];
  const events = order.filter((i) => columns[i].event);
  events.sort((a, b) => (columns[a].name < columns[b].name ? -1 : 1));
  if (first >= 0) order.splice(first, events.length, ...events);
  return order;
}

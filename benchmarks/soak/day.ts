import type { Random } from '../../src/random.js';
import type { Client } from './client.js';
import type { Deliveries } from './deliveries.js';
import { questionsOf } from './questions.js';
import { pick, type Shop } from './shop.js';
import { keyOfADay, visit } from './visits.js';

/** How often each question is asked, in parts of a thousand steps. */
const QUESTIONS: Readonly<Record<string, number>> = {
  warm: 550,
  cold: 130,
  predict: 30,
  detail: 60,
  totals: 20,
  summary: 5,
  analyst: 30,
  export: 8,
  whatIf: 5,
  stockPlan: 6,
  aborted: 20,
  mistake: 15,
  refusedKey: 8,
  forbidden: 5,
  service: 40,
  forget: 1,
};

/** Draws, step after step, what a service sees in a day. */
export function* stepsOf(
  client: Client,
  shop: Shop,
  deliveries: Deliveries,
  random: Random,
): Generator<() => Promise<unknown>, never> {
  const questions = questionsOf(shop, random);
  const weighted: (readonly [parts: number, step: () => Promise<unknown>])[] = [
    ...Object.entries(QUESTIONS).map(
      ([name, parts]) => [parts, () => client.send(questions[name]())] as const,
    ),
    [16, () => deliveries.deliver()],
    [4, () => deliveries.repeat()],
    [5, () => deliveries.takeBack()],
    [10, () => deliveries.refusedRecords()],
    [3, () => deliveries.file()],
    [2, () => deliveries.ambiguousFile()],
    [3, () => deliveries.brokenOff()],
    [4, () => deliveries.plan()],
    [3, () => deliveries.unplan()],
    [10, () => deliveries.lists()],
    [5, () => visit(client, shop, random)],
    [2, () => keyOfADay(client, shop)],
  ];
  const steps = weighted.flatMap(([parts, step]) => Array.from({ length: parts }, () => step));
  for (;;) yield pick(random, steps);
}

import type { Schemas } from '../api/client.js';
import type { Language } from '../i18n/locale.js';

/** Facts that the rules look at. */
export interface AttentionInput {
  readonly model: Schemas['Model'];
  readonly versions?: Schemas['ModelRegistry'];
  readonly training?: Schemas['Training'];
  /** Products that may run out before an order of today arrives; undefined where no stock was entered. */
  readonly atRisk?: readonly string[];
  /** Sales of the last days that the forecast does not explain, as the role may see them. */
  readonly alerts?: readonly Alert[];
  /** Result of the last upload in this browser. */
  readonly upload?: LastUpload;
  /** Days since the last one with sales. */
  readonly salesAge: number;
  readonly modelAgeMs: number;
}

export interface LastUpload {
  readonly rejected: number;
  readonly findings: number;
}

export type Alert = Schemas['Alerts']['alerts'][number];

export interface AttentionFact {
  readonly kind: string;
  /** Product or category that it is about, where it is one. */
  readonly subject?: { readonly product: string } | { readonly category: string };
  /** Page where something can be done about it. */
  readonly page?: '/stock' | '/data' | '/models';
  readonly text: (language: Language) => string;
}

const DAY_MS = 86_400_000;
/** Sales arrive a day or two late at most shops. */
const STALE_SALES_DAYS = 3;
/** Trainings are weekly. */
const STALE_MODEL_MS = 8 * DAY_MS;
const POOR_WAPE = 0.35;
/** Growth of the error that is more than luck with the days of the test. */
const FALLING = 1.25;
/** Coverage so far below the level that ranges mislead. */
const LOW_COVERAGE = 0.15;

/** Products at risk that are named one by one; more of them are counted. */
const NAMED_AT_RISK = 3;

/** Urgency of an alert: what stopped may cost sales today, what began costs none. */
const URGENCY: Readonly<Record<Alert['kind'], 'loss' | 'change'>> = {
  stopped: 'loss',
  drop: 'loss',
  'missed-promotion': 'loss',
  spike: 'change',
  started: 'change',
};

/**
 * Everything that needs attention, gravest first: what costs sales, what makes forecasts wrong, what changed, and what is
 * merely old.
 */
export function attentionOf(input: AttentionInput): AttentionFact[] {
  const { model, training, salesAge, modelAgeMs, atRisk = [], upload, alerts = [] } = input;
  const { validation, confidence_level: level } = model;
  const alertsOf = (urgency: 'loss' | 'change') =>
    alerts.filter(({ kind }) => URGENCY[kind] === urgency).map(alertFact);
  const facts: (AttentionFact | undefined)[] = [
    training?.status === 'failed'
      ? {
          kind: 'training',
          page: '/models',
          text: ({ t }) => t('attention.training', { code: training.failure ?? '' }),
        }
      : undefined,
    ...riskFacts(atRisk),
    ...alertsOf('loss'),
    fallingAccuracy(input),
    ...alertsOf('change'),
    upload && upload.findings > 0
      ? {
          kind: 'upload',
          page: '/data',
          text: ({ tn, format }) =>
            tn('attention.upload', upload.findings, { rejected: format.number(upload.rejected) }),
        }
      : undefined,
    salesAge > STALE_SALES_DAYS
      ? {
          kind: 'sales',
          text: ({ t, format }) => t('attention.staleSales', { day: format.day(model.last_day) }),
        }
      : undefined,
    modelAgeMs > STALE_MODEL_MS
      ? { kind: 'model', text: ({ t, format }) => t('attention.staleModel', { age: format.ago(modelAgeMs) }) }
      : undefined,
  ];
  if (!validation) facts.push({ kind: 'validation', text: ({ t }) => t('attention.noValidation') });
  else {
    const { wape } = validation.categories;
    const { interval_coverage: coverage } = validation;
    if (wape > POOR_WAPE) {
      facts.push({
        kind: 'accuracy',
        text: ({ t, format }) => t('attention.accuracy', { wape: format.percent(wape) }),
      });
    }
    if (coverage < level - LOW_COVERAGE) {
      facts.push({
        kind: 'coverage',
        text: ({ t, format }) =>
          t('attention.coverage', { coverage: format.percent(coverage), level: format.percent(level) }),
      });
    }
  }
  return facts.filter((fact) => fact !== undefined);
}

/** The most urgent products by name, and how many more there are. */
function riskFacts(products: readonly string[]): AttentionFact[] {
  const named = products.slice(0, NAMED_AT_RISK).map(
    (product): AttentionFact => ({
      kind: 'stock',
      subject: { product },
      text: ({ t }) => t('attention.stock.one'),
    }),
  );
  const more = products.length - named.length;
  if (more === 0) return named;
  return [...named, { kind: 'stock', page: '/stock', text: ({ tn }) => tn('attention.stock', more) }];
}

/** Description of what happened, in words that need no statistics. */
function alertFact(alert: Alert): AttentionFact {
  const { kind, product_id: product, category, first_day, last_day, units, expected_units: expected } = alert;
  return {
    kind,
    subject: product === null ? { category } : { product },
    text: ({ t, format }) =>
      t(`alert.${kind}`, {
        days:
          first_day === last_day
            ? t('alert.day', { day: format.day(first_day) })
            : t('alert.days', { from: format.dayShort(first_day), to: format.day(last_day) }),
        since: format.day(first_day),
        units: format.number(units),
        expected: expected === null ? '–' : format.number(expected),
      }),
  };
}

/** The error on sales since the training, where it is clearly above that of the test. */
function fallingAccuracy({ model, versions }: AttentionInput): AttentionFact | undefined {
  const production = versions?.versions.find(({ version }) => version === versions.routes.production);
  const live = production?.live;
  const tested = model.validation?.categories.wape;
  if (!live || live.wape === null || tested === undefined || live.wape < FALLING * tested) return undefined;
  const { wape: now, days } = live;
  return {
    kind: 'falling',
    text: ({ t, format }) =>
      t('attention.accuracyFalling', {
        now: format.percent(now),
        tested: format.percent(tested),
        days: format.number(days),
      }),
  };
}

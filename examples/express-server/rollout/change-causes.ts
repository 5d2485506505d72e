import {
  type ChangeOptions,
  LIVE_REASONS,
  type ModelVersion,
  PROMOTION_REASONS,
} from 'commerce-forecast/registry';

/** Codes of why the routing of versions was changed: by a person, by this server, or by the rules of the library. */
export const CHANGE_CAUSES = [
  'by-hand',
  'told',
  'no-validation',
  'superseded',
  'version-lost',
  'wrong-days',
  'canary-undecided',
  ...PROMOTION_REASONS,
  ...LIVE_REASONS,
] as const;

type Reason = Required<Pick<ChangeOptions, 'reason' | 'cause'>>;

/** A version that cannot be loaded any more. */
export function versionLost(version: number): Reason {
  return {
    reason: `version ${version} is lost or damaged`,
    cause: { code: 'version-lost', values: { version } },
  };
}

/** A version that learnt from sales of days which have not come. */
export function wrongDays({ version, lineage: { lastDay } }: ModelVersion): Reason {
  return {
    reason: `version ${version} has learnt from sales of ${lastDay}`,
    cause: { code: 'wrong-days', values: { version, last_day: lastDay } },
  };
}

/** A canary that has run for some days without a decision. */
export function canaryUndecided(days: number): Reason {
  return {
    reason: `nothing could be decided about the canary in ${days} days`,
    cause: { code: 'canary-undecided', values: { days } },
  };
}

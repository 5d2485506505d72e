import { LIVE_REASONS, PROMOTION_REASONS } from 'commerce-forecast';

/** Codes of why the routing of versions was changed: by a person, by this server, or by the rules of the library. */
export const CHANGE_CAUSES = [
  'by-hand',
  'told',
  'no-validation',
  'superseded',
  ...PROMOTION_REASONS,
  ...LIVE_REASONS,
] as const;

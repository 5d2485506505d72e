export type { BullMqBackend } from './backend.js';
export { type BullMqJobRunnerOptions, createBullMqJobRunner } from './bullmq-job-runner.js';

export type {
  DeadLetter,
  HandlerOptions,
  JobHandler,
  JobOptions,
  JobRunner,
  JobSchedule,
  JobState,
  JobStatus,
  RunningJob,
} from './contract.js';
export type { JobClock } from './in-process/clock.js';
export {
  createInProcessJobRunner,
  type InProcessJobRunnerOptions,
} from './in-process/in-process-job-runner.js';

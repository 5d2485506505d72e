export {
  type Part,
  type PartData,
  type PartWork,
  type PartWorkers,
  panelFromPart,
  panelKey,
  panelToPart,
  partArray,
  seriesRanges,
} from '../models/part-work.js';
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
export { type FanOutOptions, fanOut } from './fan-out/fan-out.js';
export { FAN_OUT_JOB, type FanOutWorkerOptions, processFanOut } from './fan-out/fan-out-jobs.js';
export {
  COLLECTION_JOB,
  type Collection,
  DOCUMENTED_SCHEDULE,
  type ForecastJobsOptions,
  registerForecastJobs,
  TRAINING_JOB,
  type TrainingOutcome,
  type TrainingTask,
} from './forecast-jobs.js';
export type { JobClock } from './in-process/clock.js';
export {
  createInProcessJobRunner,
  type InProcessJobRunnerOptions,
} from './in-process/in-process-job-runner.js';

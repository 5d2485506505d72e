export {
  fitEnsembleTask,
  type ThreadedEnsembleOptions,
  threadedEnsemble,
  tryMembersTask,
} from './threaded-ensemble.js';
export {
  type BoosterJob,
  type SentBoosterData,
  type TrainBoostersOptions,
  trainBoosters,
  trainBoosterTask,
} from './train-boosters.js';
export {
  createWorkerPool,
  type WorkerCallOptions,
  type WorkerPool,
  type WorkerPoolOptions,
  type WorkerTask,
} from './worker-pool.js';

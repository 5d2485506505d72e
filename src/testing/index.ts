export {
  type ArtifactStoreCheckOptions,
  artifactStoreChecks,
  checkArtifactStore,
  type MakeArtifactStore,
} from './check-artifact-store.js';
export {
  type CheckCacheStoreOptions,
  cacheStoreChecks,
  checkCacheStore,
  type MakeCacheStore,
} from './check-cache-store.js';
export {
  checkDocumentStore,
  documentStoreChecks,
  type MakeDocumentStore,
  type RegistryStateCheckOptions,
} from './check-document-store.js';
export {
  type CheckForecasterOptions,
  type CheckReport,
  checkForecaster,
  forecasterChecks,
} from './check-forecaster.js';
export { checkJobRunner, jobRunnerChecks, type MakeJobRunner } from './check-job-runner.js';
export {
  checkSalesStorage,
  type MakeSalesStorage,
  type SalesStorageCheckOptions,
  salesStorageChecks,
} from './check-sales-storage.js';
export { awkwardPanels, emptyPanel, panelOf } from './forecaster-panels.js';
export {
  type GeneratedRecord,
  type GeneratedSales,
  type GeneratePanelOptions,
  generatePanel,
  generateSales,
  type SalesTruth,
} from './generate-sales.js';
export type { GenerateOptions, ProductDays, Promotion } from './merchant.js';
export { merchantEvents } from './merchant-calendar.js';
export type { NamedCheck } from './named-checks.js';

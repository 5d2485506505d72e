export { S3ArtifactStore, type S3ArtifactStoreOptions } from './s3-artifact-store.js';

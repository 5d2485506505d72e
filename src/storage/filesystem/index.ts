export {
  FileSystemArtifactStore,
  type FileSystemArtifactStoreOptions,
} from './file-system-artifact-store.js';

export { FileRegistryState } from '../../registry/file-registry-state.js';
export {
  FileSystemArtifactStore,
  type FileSystemArtifactStoreOptions,
} from './file-system-artifact-store.js';

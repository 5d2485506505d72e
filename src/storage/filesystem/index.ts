export { FileDocumentStore } from './file-document-store.js';
export {
  FileSystemArtifactStore,
  type FileSystemArtifactStoreOptions,
} from './file-system-artifact-store.js';

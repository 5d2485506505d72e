/** All windows of the page at once: whoever may issue a key has what shows it, which is done only once. */
export { IssueDialog } from './issue-dialog.js';
export { RevokeDialog, RotateDialog } from './key-dialogs.js';
export { NewKey } from './new-key.js';

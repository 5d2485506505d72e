import '../../../../examples/dashboard/build-if-changed.js';

/** Builds the dashboard once for all tests in a browser. */
export default function setup(): void {}

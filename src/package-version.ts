/** Version of this package, part of the lineage of every training; a test compares it with `package.json`. */
export const PACKAGE_VERSION = '0.1.0';

import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/**
 * The type check of `npm run typecheck`: that of `tsc`, and with `noUncheckedIndexedAccess` in `src` and `examples` but for
 * the numeric kernels. The compiler has that option for a program as a whole, so there are two programs; each file is
 * checked in one of them.
 */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CHECKED = ['src/', 'examples/'];

/** Loops over typed arrays, whose indices are right by the arithmetic around them. */
const KERNELS = [
  'src/backtest/',
  'src/features/',
  'src/metrics/',
  'src/models/',
  'src/panel/',
  'src/random.ts',
  'src/testing/',
];

/** Folders inside kernels that are none. */
const NO_KERNELS = ['src/panel/csv/'];

function relativeName({ fileName }: ts.SourceFile): string {
  return fileName.slice(ROOT.length);
}

function startsWithAny(name: string, prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => name.startsWith(prefix));
}

function checksIndices(file: ts.SourceFile): boolean {
  const name = relativeName(file);
  const isKernel = startsWithAny(name, KERNELS) && !startsWithAny(name, NO_KERNELS);
  return startsWithAny(name, CHECKED) && !isKernel;
}

function readConfig(): ts.ParsedCommandLine {
  const config = ts.getParsedCommandLineOfConfigFile(
    `${ROOT}tsconfig.json`,
    {},
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
        throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'));
      },
    },
  );
  if (!config) throw new Error('There is no tsconfig.json');
  return config;
}

/** A list that names nothing would check less, or more, than it says. */
function refuseMissing(prefixes: readonly string[], files: readonly ts.SourceFile[]): void {
  const missing = prefixes.filter((prefix) => !files.some((file) => relativeName(file).startsWith(prefix)));
  if (missing.length > 0) throw new Error(`There is no file of ${missing.join(', ')}`);
}

/** Programs that share it share the files, which are read, parsed and bound once. */
function sharedHost(options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile;
  const known = new Map<string, ts.SourceFile | undefined>();
  return {
    ...host,
    getSourceFile(fileName, ...how) {
      if (!known.has(fileName)) known.set(fileName, read(fileName, ...how));
      return known.get(fileName);
    },
  };
}

function diagnosticsOf({ fileNames, options, errors, projectReferences }: ts.ParsedCommandLine) {
  const common = { rootNames: fileNames, projectReferences, host: sharedHost(options) };
  const plain = ts.createProgram({ ...common, options, configFileParsingDiagnostics: errors });
  const files = plain.getSourceFiles();
  refuseMissing([...CHECKED, ...KERNELS, ...NO_KERNELS], files);
  const strict = ts.createProgram({
    ...common,
    options: { ...options, noUncheckedIndexedAccess: true },
    oldProgram: plain,
  });
  return [
    ...plain.getConfigFileParsingDiagnostics(),
    ...plain.getOptionsDiagnostics(),
    ...plain.getSyntacticDiagnostics(),
    ...files.flatMap((file) => (checksIndices(file) ? strict : plain).getSemanticDiagnostics(file)),
    ...plain.getGlobalDiagnostics(),
  ];
}

const found = ts.sortAndDeduplicateDiagnostics(diagnosticsOf(readConfig()));
if (found.length > 0) {
  const host: ts.FormatDiagnosticsHost = {
    getCurrentDirectory: () => ROOT,
    getCanonicalFileName: (name) => name,
    getNewLine: () => '\n',
  };
  console.error(ts.formatDiagnosticsWithColorAndContext(found, host));
  console.error(`${found.length} type errors`);
  process.exitCode = 1;
}

import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { documentationSnippets } from './documentation-snippets.js';

/**
 * The type check of `npm run typecheck`: that of `tsc`, and with `noUncheckedIndexedAccess` in `src` and `examples` but for
 * the numeric kernels. The compiler has that option for a program as a whole, so there are two programs; each file is
 * checked in one of them. The snippets of README, docs and docstrings are checked beside them.
 */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CHECKED = ['src/', 'examples/'];

/** Loops over typed arrays, whose indices are right by the arithmetic around them. */
const KERNELS = [
  'src/backtest/',
  'src/features/',
  'src/inventory/laws/',
  'src/math/',
  'src/metrics/',
  'src/models/',
  'src/panel/',
  'src/random.ts',
  'src/storage/memory/arriving-sales.ts',
  'src/storage/memory/read-columns.ts',
  'src/storage/memory/sales-leaf.ts',
  'src/storage/memory/sorted-sales.ts',
  'src/testing/',
];

/** Folders below `KERNELS` that are not numeric kernels. */
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

/** Programs that share it share the files, which are read, parsed and bound once, and see the snippets as files. */
function sharedHost(options: ts.CompilerOptions, snippets: ReadonlyMap<string, string>): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  const read = (fileName: string) => snippets.get(fileName) ?? ts.sys.readFile(fileName);
  const known = new Map<string, ts.SourceFile | undefined>();
  return {
    ...host,
    readFile: read,
    fileExists: (fileName) => snippets.has(fileName) || host.fileExists(fileName),
    getSourceFile(fileName, how) {
      if (!known.has(fileName)) {
        const text = read(fileName);
        known.set(fileName, text === undefined ? undefined : ts.createSourceFile(fileName, text, how, true));
      }
      return known.get(fileName);
    },
  };
}

function diagnosticsOf({ fileNames, options, errors, projectReferences }: ts.ParsedCommandLine) {
  const snippets = documentationSnippets(ROOT);
  if (snippets.size === 0) throw new Error('There is no snippet in the documentation');
  const host = sharedHost(options, snippets);
  const common = { rootNames: fileNames, projectReferences, host };
  const plain = ts.createProgram({ ...common, options, configFileParsingDiagnostics: errors });
  const files = plain.getSourceFiles();
  refuseMissing([...CHECKED, ...KERNELS, ...NO_KERNELS], files);
  const strict = ts.createProgram({
    ...common,
    options: { ...options, noUncheckedIndexedAccess: true },
    oldProgram: plain,
  });
  const documented = ts.createProgram({
    ...common,
    rootNames: [...snippets.keys()],
    options: { ...options, noUnusedLocals: false, noUnusedParameters: false },
    oldProgram: plain,
  });
  const snippetFiles = [...snippets.keys()].map((name) => documented.getSourceFile(name));
  return [
    ...plain.getConfigFileParsingDiagnostics(),
    ...plain.getOptionsDiagnostics(),
    ...plain.getSyntacticDiagnostics(),
    ...files.flatMap((file) => (checksIndices(file) ? strict : plain).getSemanticDiagnostics(file)),
    ...plain.getGlobalDiagnostics(),
    ...snippetFiles.flatMap((file) => documented.getSyntacticDiagnostics(file)),
    ...snippetFiles.flatMap((file) => documented.getSemanticDiagnostics(file)),
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

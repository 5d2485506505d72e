import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const SOURCE = fileURLToPath(new URL('../src', import.meta.url));

/** Layers, lowest first: a file imports from its own layer or from lower ones. */
const LAYERS = [
  [
    'errors',
    'checked-json',
    'optional-package',
    'options',
    'schema',
    'schema-messages',
    'long-call',
    'once',
    'concurrent',
    'math',
    'random',
    'student-t',
    'present',
    'order-statistics',
    'canonical-json',
    'package-version',
    'circuit-breaker',
    'csv-table',
  ],
  ['calendar', 'transport'],
  ['panel'],
  ['metrics', 'features'],
  ['models', 'models/boosting/engine'],
  ['models/baselines', 'models/seasonal-trend', 'models/structural', 'models/boosting'],
  ['models/combine'],
  ['backtest', 'monitoring'],
  ['storage', 'cache', 'workers', 'indicators', 'sources', 'plan', 'inventory'],
  ['forecaster'],
  ['registry'],
  ['jobs'],
  ['testing', 'index', 'csv', 'arrow', 'schemas'],
  ['report'],
  ['cli'],
];

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : path.endsWith('.ts') ? [path] : [];
  });
}

const files = filesBelow(SOURCE);
const moduleName = (file: string) => relative(SOURCE, file).replace(/\.ts$/, '');

function importsOf(file: string): { specifier: string; typeOnly: boolean }[] {
  const text = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
  const pattern = /^(?:import|export)\s+(type\s)?[^'"]*?from\s+['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]/gm;
  return [...text.matchAll(pattern)].map((m) => ({ specifier: m[2] ?? m[3], typeOnly: m[1] !== undefined }));
}

function localImports(file: string): { target: string; typeOnly: boolean }[] {
  return importsOf(file)
    .filter(({ specifier }) => specifier.startsWith('.'))
    .map(({ specifier, typeOnly }) => ({
      target: resolve(dirname(file), specifier.replace(/\.js$/, '.ts')),
      typeOnly,
    }));
}

/** The layer with the longest matching prefix. */
function layerOf(name: string): number {
  let best = -1;
  let length = -1;
  LAYERS.forEach((prefixes, layer) => {
    for (const prefix of prefixes) {
      if ((name === prefix || name.startsWith(`${prefix}/`)) && prefix.length > length) {
        best = layer;
        length = prefix.length;
      }
    }
  });
  return best;
}

describe('architecture', () => {
  it('has a layer for every file', () => {
    expect(files.map(moduleName).filter((name) => layerOf(name) < 0)).toEqual([]);
  });

  it('imports downwards only', () => {
    const upward = files.flatMap((file) =>
      localImports(file)
        .filter(({ target }) => layerOf(moduleName(target)) > layerOf(moduleName(file)))
        .map(({ target }) => `${moduleName(file)} -> ${moduleName(target)}`),
    );
    expect(upward).toEqual([]);
  });

  it('has no circles', () => {
    const circles: string[] = [];
    const done = new Set<string>();
    const visit = (file: string, path: string[]): void => {
      if (path.includes(file)) {
        circles.push([...path.slice(path.indexOf(file)), file].map(moduleName).join(' -> '));
        return;
      }
      if (done.has(file)) return;
      for (const { target } of localImports(file)) visit(target, [...path, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
    expect(circles).toEqual([]);
  });

  it('keeps Node built-ins, adapters and HTTP out of the pure entry point', () => {
    const reached = new Set<string>();
    const packages = new Set<string>();
    const visit = (file: string): void => {
      if (reached.has(file)) return;
      reached.add(file);
      for (const { specifier, typeOnly } of importsOf(file)) {
        if (!specifier.startsWith('.') && !typeOnly) packages.add(specifier);
      }
      for (const { target, typeOnly } of localImports(file)) if (!typeOnly) visit(target);
    };
    visit(join(SOURCE, 'index.ts'));
    expect([...packages].sort()).toEqual(['date-fns/parse', 'simple-statistics', 'zod/mini']);
    const adapters = [...reached]
      .map(moduleName)
      .filter((name) => /postgres|redis|filesystem|\/s3|sources|transport/.test(name));
    expect(adapters).toEqual([]);
  });

  it('computes without a clock, chance or output', () => {
    const core = files.filter((file) =>
      /^(calendar|panel|metrics|features|models|backtest|monitoring|inventory|forecaster)\//.test(
        moduleName(file),
      ),
    );
    const impure = core.filter((file) => {
      const code = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
      return /\b(Date\.now|Math\.random|console\.|performance\.now|process\.)/.test(code);
    });
    expect(impure.map(moduleName)).toEqual([]);
  });

  it('computes forecasts with functions whose every bit is the same in all engines', () => {
    const forecasting = files.filter(
      (file) =>
        !/^(transport|storage|cache|workers|indicators|sources|jobs|report|cli)\//.test(moduleName(file)),
    );
    expect(
      forecasting.flatMap((file) => unstable(file).map((text) => `${moduleName(file)}: ${text}`)),
    ).toEqual([]);
  });

  it.each([
    ['Math.exp(x)', 1],
    ['Math.cbrt', 1],
    ["Math['log'](x)", 1],
    ['const { sin } = Math;', 1],
    ['x ** 2', 1],
    ['x **= 2', 1],
    ['2 ** -40', 1],
    ["import { gammaln } from 'simple-statistics';", 1],
    ["import { mean } from 'simple-statistics';", 0],
    ['2 ** 53 + Math.sqrt(x) + Math.PI // Math.exp(x)', 0],
  ])('would notice %s', (code, count) => {
    expect(unstableIn(code)).toHaveLength(count);
  });
});

/** What the language fixes to the last bit. */
const STABLE = new Set(
  'abs ceil floor round trunc sign sqrt min max fround imul clz32 PI E LN2 LN10 LOG2E LOG10E SQRT2 SQRT1_2'.split(
    ' ',
  ),
);
/** Functions of simple-statistics that need no more than that. */
const STABLE_STATISTICS = new Set(['mean', 'linearRegression', 'standardDeviation']);

function unstable(file: string): string[] {
  return unstableIn(readFileSync(file, 'utf8'));
}

/** Functions and operators whose last digits the language leaves to the engine. */
function unstableIn(code: string): string[] {
  if (!/\bMath\b|[^/]\*\*[^/]|simple-statistics/.test(code)) return [];
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (isUnstable(node)) found.push(node.getText());
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('module.ts', code, ts.ScriptTarget.ES2022, true));
  return found;
}

function isUnstable(node: ts.Node): boolean {
  if (ts.isIdentifier(node) && node.text === 'Math') {
    const { parent } = node;
    return !(ts.isPropertyAccessExpression(parent) && STABLE.has(parent.name.text));
  }
  if (ts.isImportSpecifier(node)) {
    const { moduleSpecifier } = node.parent.parent.parent;
    return moduleSpecifier.getText().includes('simple-statistics') && !STABLE_STATISTICS.has(node.name.text);
  }
  if (!ts.isBinaryExpression(node)) return false;
  const { kind } = node.operatorToken;
  if (kind === ts.SyntaxKind.AsteriskAsteriskEqualsToken) return true;
  // A literal power of a literal number is whole, and so exact.
  const whole = ts.isNumericLiteral(node.left) && ts.isNumericLiteral(node.right);
  return kind === ts.SyntaxKind.AsteriskAsteriskToken && !whole;
}

import { describe, expect, it } from 'vitest';
import { declarePlatformTypes } from '../../build/platform-types';
import { markConstants } from '../../build/pure-constants';

describe('constants of a module', () => {
  it('that call something become pure', () => {
    expect(markConstants('const a = f(1), b = { x: [...c] };\nexport const day: number = g.h ** 2;')).toBe(
      'const a = /* @__PURE__ */ (() => (f(1)))(), b = /* @__PURE__ */ (() => ({ x: [...c] }))();\n' +
        'export const day: number = /* @__PURE__ */ (() => (g.h ** 2))();',
    );
  });

  it('that only name or define something stay', () => {
    const source = `const a = 1;\nconst b = () => f(1);\nconst c = { x() { return f(); }, y: 'z' };\nf(2);`;
    expect(markConstants(source)).toBe(source);
  });
});

describe('types of the platform', () => {
  it('are declared where code names them', () => {
    const code = '/** A URL. */\nexport interface A { signal?: AbortSignal; body: ReadableStream<string> }\n';
    expect(declarePlatformTypes(code)).toBe(
      `${code}\ndeclare global {\n  interface AbortSignal {}\n  interface ReadableStream<R = any> {}\n}\n`,
    );
    expect(declarePlatformTypes('/** A URL. */\nexport {};\n')).toBe('/** A URL. */\nexport {};\n');
  });
});

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

interface Metafile {
  readonly outputs: Readonly<
    Record<string, { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }>
  >;
}

interface EsbuildPlugin {
  readonly name: string;
  setup(build: {
    readonly initialOptions: { metafile?: boolean };
    onEnd(callback: (result: { readonly metafile?: Metafile }) => void): void;
  }): void;
}

/** The folders of the packages whose code is in a bundle. */
export function bundledPackages({ outputs }: Metafile): readonly string[] {
  const folders = new Set<string>();
  for (const { inputs } of Object.values(outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const [, folder] = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path) ?? [];
      if (folder !== undefined && bytesInOutput > 0) folders.add(folder);
    }
  }
  return [...folders].sort();
}

/** The licence of a package with its notices and those of its parts. Throws if the package has none. */
export function licenceText(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const files = (within: string) =>
    readdirSync(join(folder, within))
      .filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
      .map((file) => join(within, file));
  const texts = [...files('.').filter((file) => file !== 'licenses')];
  if (texts.length === 0) throw new Error(`${name} is bundled and has no licence file`);
  if (readdirSync(folder).includes('licenses')) texts.push(...files('licenses'));
  return [
    `${name} ${version} (${license})`,
    ...texts.map((file) => `--- ${file} ---\n\n${readFileSync(join(folder, file), 'utf8').trim()}`),
  ].join('\n\n');
}

/** Writes the licences and notices of all that is bundled beside the bundle, as they ask for. */
export function thirdPartyLicences(target: string, head: string): EsbuildPlugin {
  return {
    name: 'third-party-licences',
    setup(build) {
      build.initialOptions.metafile = true;
      build.onEnd(({ metafile }) => {
        const packages = metafile ? bundledPackages(metafile) : [];
        if (packages.length === 0) return;
        const rule = `\n\n${'='.repeat(80)}\n\n`;
        mkdirSync(dirname(target), { recursive: true });
        writeFileSync(target, `${[head, ...packages.map(licenceText)].join(rule)}\n`);
      });
    },
  };
}

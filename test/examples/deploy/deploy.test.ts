import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run as lintDockerfile } from 'dockerfilelint';
import { Deployment } from 'kubernetes-models/apps/v1';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { ConfigMap, PersistentVolumeClaim, Secret, Service, ServiceAccount } from 'kubernetes-models/v1';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { readConfig } from '../../../examples/express-server/config.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const DEPLOY = join(ROOT, 'examples/deploy');
const read = (file: string) => readFileSync(join(DEPLOY, file), 'utf8');

// biome-ignore lint/suspicious/noExplicitAny: documents as they are, which the validators below know.
type Document = any;

/** Documents of a file, which must be YAML without a warning. */
function documentsOf(file: string): Document[] {
  return parseAllDocuments(read(file), { merge: true }).map((document) => {
    expect([...document.errors, ...document.warnings], file).toEqual([]);
    return document.toJS();
  });
}

/** Fails for variables that the server does not know: misspelt ones would silently leave the default in place. */
function expectKnown(environment: Record<string, string>): void {
  const names = Object.keys(environment).filter((name) => !/^AWS_/.test(name));
  const source = readFileSync(join(ROOT, 'examples/express-server/config.ts'), 'utf8');
  for (const name of names) expect(source).toMatch(new RegExp(`^    ${name}: `, 'm'));
  expect(readConfig(environment)).toBeDefined();
}

describe('the Dockerfile', () => {
  it('has nothing that a linter finds', () => {
    expect(lintDockerfile(DEPLOY, read('Dockerfile'))).toEqual([]);
    // What the linter is worth: it does find something.
    expect(lintDockerfile(DEPLOY, read('Dockerfile').replace(/^FROM node:\S+/m, 'FROM node'))).not.toEqual(
      [],
    );
  });

  it('builds in one stage and runs in another, as nobody in particular, with a health check', () => {
    const stages = read('Dockerfile')
      .split(/^(?=FROM )/m)
      .slice(1);
    expect(stages).toHaveLength(2);
    expect(stages[1]).toMatch(/^USER node$/m);
    expect(stages[1]).toContain('/health/live');
    for (const [, image] of read('Dockerfile').matchAll(/^FROM (\S+)/gm)) expect(image).toMatch(/:\d+\.\d+-/);
  });

  it('starts programs that there are', () => {
    const programs = [
      'Dockerfile',
      'compose.yaml',
      'kubernetes/scheduler.yaml',
      'kubernetes/worker.yaml',
    ].flatMap((file) => [...read(file).matchAll(/"(examples\/[\w/-]+\.ts)"/g)].map(([, path]) => path));
    expect(programs.length).toBeGreaterThan(4);
    for (const path of programs) expect(existsSync(join(ROOT, path)), path).toBe(true);
    for (const [, from] of read('Dockerfile').matchAll(/^COPY (?!--from)(.+) \S+$/gm)) {
      for (const path of from.split(' ')) expect(existsSync(join(ROOT, path)), path).toBe(true);
    }
  });
});

describe('the Compose file', () => {
  const [compose] = documentsOf('compose.yaml');
  const services: Record<string, Document> = compose.services;

  it('has all parts of an installation, each pinned to a version', () => {
    expect(Object.keys(services).sort()).toEqual([
      'bucket',
      'grafana',
      'objects',
      'postgres',
      'prometheus',
      'queue',
      'redis',
      'scheduler',
      'server',
      'worker',
    ]);
    for (const { image } of Object.values(services)) expect(image).toMatch(/:(v?\d|RELEASE)/);
  });

  it('depends only on services that there are, and on their health only where it is checked', () => {
    for (const { depends_on = {} } of Object.values(services)) {
      const conditions = Array.isArray(depends_on) ? {} : depends_on;
      for (const name of Array.isArray(depends_on) ? depends_on : Object.keys(depends_on)) {
        expect(services).toHaveProperty(name);
        if (conditions[name]?.condition === 'service_healthy')
          expect(services[name].healthcheck).toBeDefined();
      }
    }
  });

  it('mounts files that there are and volumes that it declares', () => {
    for (const { volumes = [], configs = [] } of Object.values(services)) {
      for (const volume of volumes) {
        const [source] = volume.replace(/^\$\{\w+:-([^}]*)\}/, '$1').split(':');
        if (source.startsWith('.') && source !== './sales')
          expect(existsSync(join(DEPLOY, source)), source).toBe(true);
        if (!source.startsWith('.')) expect(Object.keys(compose.volumes)).toContain(source);
      }
      for (const { source } of configs) expect(Object.keys(compose.configs)).toContain(source);
    }
  });

  it('gives each process of the installation settings that it takes', () => {
    for (const name of ['server', 'scheduler', 'worker']) {
      const environment = Object.fromEntries(
        Object.entries<string>(services[name].environment).map(([key, value]) => [
          key,
          value
            .replace(/\$\{\w+:-([^}]*)\}/, '$1')
            .replace(/\$\{\w+:\?[^}]*\}/, 'secret-of-the-installation'),
        ]),
      );
      expectKnown(environment);
    }
  });

  it('opens ports to this machine alone, and holds no secret', () => {
    const ports = Object.values(services).flatMap(({ ports: open = [] }) => open);
    expect(ports.length).toBeGreaterThan(0);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
    const names = new Set([...read('compose.yaml').matchAll(/\$\{(\w+)/g)].map(([, name]) => name));
    const examples = new Set([...read('example.env').matchAll(/^(\w+)=/gm)].map(([, name]) => name));
    expect(examples).toEqual(names);
  });
});

describe('the Kubernetes manifests', () => {
  const MODELS: Record<string, new (data: Document) => { validate(): void }> = {
    ConfigMap,
    Deployment,
    HorizontalPodAutoscaler,
    PersistentVolumeClaim,
    PodDisruptionBudget,
    Secret,
    Service,
    ServiceAccount,
  };
  const files = readdirSync(join(DEPLOY, 'kubernetes')).map((file) => `kubernetes/${file}`);
  const documents = files.flatMap(documentsOf);
  const ofKind = (kind: string): Document[] => documents.filter((document) => document.kind === kind);

  it.each(documents.map((document) => [`${document.kind} ${document.metadata.name}`, document]))(
    '%s is valid by the schema of Kubernetes',
    (_name, document) => {
      const Model = MODELS[document.kind];
      expect(Model, document.kind).toBeDefined();
      new Model(document).validate();
      // What the validator is worth: a wrong type is found.
      expect(() =>
        new Model({ ...document, metadata: { ...document.metadata, labels: 7 } }).validate(),
      ).toThrow();
    },
  );

  it('select the pods that they are about', () => {
    const pods = ofKind('Deployment').map(({ spec }) => spec.template.metadata.labels);
    const matches = (selector: Record<string, string>) =>
      pods.filter((labels) => Object.entries(selector).every(([name, value]) => labels[name] === value));
    for (const { spec } of [...ofKind('Deployment'), ...ofKind('PodDisruptionBudget')]) {
      expect(matches(spec.selector.matchLabels)).toHaveLength(1);
    }
    for (const { spec } of ofKind('Service')) expect(matches(spec.selector)).toHaveLength(1);
    const [{ spec: scaler }] = ofKind('HorizontalPodAutoscaler');
    expect(ofKind('Deployment').map(({ metadata }) => metadata.name)).toContain(scaler.scaleTargetRef.name);
    expect([scaler.minReplicas, scaler.maxReplicas]).toEqual([2, 20]);
  });

  it('run without privileges, ask for what they need, and are sent requests when they are ready', () => {
    for (const { metadata, spec } of ofKind('Deployment')) {
      const { securityContext, containers, volumes } = spec.template.spec;
      expect(securityContext.runAsNonRoot).toBe(true);
      const mounted = new Set(volumes.map(({ name }: Document) => name));
      for (const container of containers) {
        expect(container.securityContext).toMatchObject({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(container.resources.requests).toBeDefined();
        for (const { name } of container.volumeMounts) expect(mounted).toContain(name);
      }
      if (metadata.name !== 'sales-forecasts-server') continue;
      // The load of the processors is measured against what the pods ask for, and their number is the scaler's.
      expect(containers[0].resources.requests.cpu).toBeDefined();
      expect(spec.replicas).toBeUndefined();
      expect(containers[0].readinessProbe.httpGet.path).toBe('/health/ready');
      const grace = containers[0].env.reduce((sum: number, { value }: Document) => sum + Number(value), 0);
      expect(spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(grace);
    }
  });

  it('give each process settings that it takes', () => {
    const [{ data }] = ofKind('ConfigMap');
    const [{ stringData }] = ofKind('Secret');
    for (const { spec } of ofKind('Deployment')) {
      const own = Object.fromEntries(
        (spec.template.spec.containers[0].env ?? []).map(({ name, value }: Document) => [name, value]),
      );
      expectKnown({ ...data, ...stringData, ...own });
    }
  });
});

it('parses what Prometheus and Grafana read', () => {
  for (const file of ['prometheus/prometheus.yml', 'grafana/datasources.yaml', 'grafana/dashboards.yaml']) {
    expect(documentsOf(file)).toHaveLength(1);
  }
});

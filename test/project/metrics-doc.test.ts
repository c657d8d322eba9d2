import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { formatDiagnostics } from '../../src/diagnostics/print.ts';
import { readMetric } from '../../src/project/metric-file.ts';
import { metricKinds } from '../../src/project/metric-schema.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/metrics.md'), 'utf8');
const blocks = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = '']) => text);
const keys = z.looseObject({ name: z.string(), type: z.string(), version: z.number().optional() });

/** What the page says that its examples leave out. */
const common = {
  label: 'label: { en: A, da: A }',
  description: 'description: { en: A, da: A }',
  owner: 'owner: sales',
  direction: 'direction: up',
  changes: 'changes: [{ version: 1, why: First version }]',
};

it.each(blocks)('an example of docs/metrics.md is a metric: %s', (text) => {
  const yaml = keys.parse(parse(text));
  const lines = Object.entries(common).flatMap(([key, line]) => (key in yaml ? [] : [`${line}\n`]));
  const problems: Diagnostic[] = [];
  const metric = readMetric({ path: `metrics/${yaml.name}.yml`, text: text + lines.join('') }, problems);
  expect(formatDiagnostics(problems, { color: false })).toBe('');
  expect(metric).toMatchObject({ name: yaml.name, version: yaml.version ?? 1 });
});

it('has an example of every type', () => {
  const types = blocks.map((text) => keys.parse(parse(text)).type);
  expect([...new Set(types)].sort()).toEqual(Object.keys(metricKinds).sort());
});

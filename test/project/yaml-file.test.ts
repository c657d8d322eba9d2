import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { parseYaml } from '../../src/project/yaml-file.ts';

const schema = z.strictObject({
  name: z.string(),
  target: z.number().optional(),
  owner: z.enum(['marketing', 'sales']),
  tiers: z.array(z.strictObject({ id: z.string(), within: z.number() })).default([]),
});

function problemsOf(text: string): string[] {
  const problems: Diagnostic[] = [];
  expect(parseYaml({ path: 'a.yml', text }, schema, problems)).toBeUndefined();
  return problems.map(({ file, line, column, code, message, fix }) =>
    [`${file}:${line}:${column}`, code, message, fix].filter((part) => part !== undefined).join(' | '),
  );
}

describe('parseYaml', () => {
  it('gives the typed value and the place of any part of it', () => {
    const file = { path: 'a.yml', text: 'name: x\nowner: sales\ntiers:\n  - { id: demo, within: 30 }\n' };
    const located = parseYaml(file, schema, []);
    expect(located?.value).toEqual({ name: 'x', owner: 'sales', tiers: [{ id: 'demo', within: 30 }] });
    expect(located?.at(['tiers', 0, 'within'])).toMatchObject({ file: 'a.yml', line: 4, column: 25 });
    expect(located?.at(['tiers', 0, 'absent'])).toMatchObject({ line: 4, column: 5 });
  });

  it('names an unknown key at its place, with the nearest known one', () => {
    expect(problemsOf('owner: sales\nname: x\ntraget: 3\n')).toEqual([
      'a.yml:3:1 | unknown-key | unknown key "traget" | Did you mean "target"?',
    ]);
    expect(problemsOf('name: x\nowner: sales\ntiers:\n  - id: demo\n    within: 30\n    witin: 30\n')).toEqual([
      'a.yml:6:5 | unknown-key | unknown key "tiers.0.witin" | Did you mean "within"?',
    ]);
  });

  it('names a missing key and a wrong type, all at once', () => {
    expect(problemsOf('target: many\n')).toEqual([
      'a.yml:1:1 | missing-key | missing key "name"',
      'a.yml:1:9 | invalid-value | target: expected number, received string',
      'a.yml:1:1 | missing-key | missing key "owner"',
    ]);
  });

  it('places a syntax error', () => {
    const [first] = problemsOf('name: "x\n');
    expect(first).toMatch(/^a\.yml:\d+:\d+ \| yaml-syntax \| /);
  });

  it('takes an empty file for an empty mapping', () => {
    expect(problemsOf('')).toEqual([
      'a.yml:1:1 | missing-key | missing key "name"',
      'a.yml:1:1 | missing-key | missing key "owner"',
    ]);
  });
});

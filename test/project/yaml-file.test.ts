import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { parseYaml } from '../../src/project/yaml-file.ts';

const schema = z.strictObject({
  months: z.int().positive().optional(),
  teams: z.record(z.string(), z.union([z.string(), z.strictObject({ calendar: z.string() })])).optional(),
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

  it('does not write out aliases of aliases that would fill the memory', () => {
    const levels = Array.from({ length: 9 }, (_, level) =>
      level === 0 ? 'a0: &a0 [x, x, x, x, x, x, x, x, x]' : `a${level}: &a${level} [${`*a${level - 1}, `.repeat(9)}]`,
    );
    expect(problemsOf(`${levels.join('\n')}\n`)).toEqual([
      'a.yml:1:1 | yaml-syntax | its aliases stand for too much | Write out what they stand for.',
    ]);
  });

  it('names an unknown key at its place, with the nearest known one', () => {
    expect(problemsOf('owner: sales\nname: x\ntraget: 3\n')).toEqual([
      'a.yml:3:1 | unknown-key | unknown key "traget" | Did you mean "target"?',
    ]);
    expect(problemsOf('name: x\nowner: sales\ntiers:\n  - id: demo\n    within: 30\n    witin: 30\n')).toEqual([
      'a.yml:6:5 | unknown-key | unknown key "tiers.demo.witin" | Did you mean "within"?',
    ]);
  });

  it('names a missing key and a wrong type, all at once', () => {
    expect(problemsOf('target: many\n')).toEqual([
      'a.yml:1:1 | missing-key | missing key "name"',
      'a.yml:1:9 | invalid-value | target: expected a number, received "many"',
      'a.yml:1:1 | missing-key | missing key "owner"',
    ]);
  });

  it('places a syntax error', () => {
    const [first] = problemsOf('name: "x\n');
    expect(first).toMatch(/^a\.yml:\d+:\d+ \| yaml-syntax \| /);
  });

  it.each([
    ['name: 2026', 'name: expected a text, received 2026 | Put it in quotes: "2026".'],
    ['name: 007', 'name: expected a text, received 007 | Put it in quotes: "007".'],
    ['months: 2.5', 'months: expected a whole number, received 2.5'],
    ['months: 0', 'months: must be more than 0'],
    ['tiers:', 'tiers: nothing stands below it | Remove the line, or fill it in.'],
    ['tiers: x', 'tiers: expected a list such as [a, b], received "x"'],
    ['teams: [x]', 'teams: expected keys below it, received a list'],
    ['teams: { uk: 1 }', 'teams.uk: expected a text, or keys below it, received 1'],
    ['owner: slaes', 'owner: unknown value "slaes" | Did you mean "sales"?'],
    [
      'tiers: [{ id: a, within: 1 }, { id: demo, within: soon }]',
      'tiers.demo.within: expected a number, received "soon"',
    ],
    ['tiers: [{ within: soon, id: "Not an id!" }]', 'tiers.0.within: expected a number, received "soon"'],
    ['{ name: x, owner: sales, target: 90,5 % }', 'unknown key "5 %" | Write 90.5 %.'],
  ])('says what is wrong with %j in words', (line, problem) => {
    const rest = ['name: x', 'owner: sales'].filter((other) => other.slice(0, 5) !== line.slice(0, 5));
    const [found] = problemsOf(line.startsWith('{') ? line : [line, ...rest].join('\n'));
    expect(found?.split(' | ').slice(2).join(' | ')).toBe(problem);
  });

  it.each([
    [
      'a:\n  2026-12-24: x\n  "2026-12-24": y',
      '3:3',
      '"2026-12-24" is there twice | Remove one of the two, or join them.',
    ],
    ['title: { en: Call: now }', '1:14', '"Call:" reads as a key | A text with a colon in it needs quotes.'],
    ['title: Call: now', '1:8', '"Call:" reads as a key | A text with a colon in it needs quotes.'],
    ['a: 1\n---\nb: 2', '2:1', 'a second document begins here | Remove the "---", or give it a file of its own.'],
  ])('says what YAML has against %j', (text, place, problem) => {
    expect(problemsOf(text)).toEqual([`a.yml:${place} | yaml-syntax | ${problem}`]);
  });

  it('places a star that begins a text', () => {
    expect(problemsOf('name: x\nowner: *all\n')).toEqual([
      'a.yml:2:8 | yaml-syntax | "*all" stands for nothing | A text that begins with a star needs quotes.',
    ]);
    expect(
      parseYaml({ path: 'a.yml', text: 'name: &n x\nowner: sales\nteams: { uk: *n }' }, schema, [])?.value,
    ).toEqual({
      name: 'x',
      owner: 'sales',
      teams: { uk: 'x' },
      tiers: [],
    });
  });

  it('names what a kind can be, and what it is not', () => {
    const kinds = z.discriminatedUnion('type', [
      z.strictObject({ type: z.literal('count') }),
      z.strictObject({ type: z.literal('ratio') }),
    ]);
    const problems: Diagnostic[] = [];
    parseYaml({ path: 'a.yml', text: 'type: cuont' }, kinds, problems);
    parseYaml({ path: 'a.yml', text: '' }, kinds, problems);
    expect(problems).toMatchObject([
      { message: 'type: unknown value "cuont"', expected: 'one of count, ratio', fix: 'Did you mean "count"?' },
      { message: 'missing key "type"', expected: 'one of count, ratio' },
    ]);
  });

  it('names the first of several syntax errors on one line', () => {
    expect(problemsOf('a:\n  - b\n c: 2\n  d: 3\n')).toEqual([
      'a.yml:3:1 | yaml-syntax | All mapping items must start at the same column',
    ]);
  });

  it('gives the place of a key', () => {
    const file = { path: 'a.yml', text: 'name: x\nowner: sales\nteams:\n  uk: { calendar: office }\n' };
    expect(parseYaml(file, schema, [])?.at(['teams', 'uk'], 'key')).toMatchObject({ line: 4, column: 3 });
  });

  it('takes an empty file for an empty mapping', () => {
    expect(problemsOf('')).toEqual([
      'a.yml:1:1 | missing-key | missing key "name"',
      'a.yml:1:1 | missing-key | missing key "owner"',
    ]);
  });
});

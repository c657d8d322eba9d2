import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawReach, type ReachEdge, type ReachNode } from '../../../src/review/reach/diagram.ts';

const node = (key: string, kind: ReachNode['kind'], more: Partial<ReachNode> = {}): ReachNode => ({
  key,
  kind,
  label: key,
  rank: 0,
  ...more,
});

/** Any line that a chart may have: its head, a node, an edge, the class and who has it. */
const line =
  /^(?:flowchart LR| {4}n\d+(?:\("[^"]*"\)|\["[^"]*"\]|\(\["[^"]*"\]\)|\{\{"[^"]*"\}\})| {4}n\d+ --> n\d+| {4}classDef changed stroke-width:3px| {4}class n\d+(?:,n\d+)* changed)$/;

function linesOf(text: string): string[] {
  expect(text.endsWith('\n')).toBe(true);
  return text.slice(0, -1).split('\n');
}

describe('a small graph', () => {
  const nodes = [
    node('a', 'definition', { label: 'the agreement 2026-h2', mark: 'changed' }),
    node('b', 'model', { label: 'lead_responses' }),
    node('c', 'metric', { label: 'MQL→meeting rate' }),
    node('d', 'page', { label: 'This week /' }),
  ];

  it('is drawn whole, with a word for what changed', () => {
    const edges = ['ab', 'bc', 'cd', 'ab', 'bb', 'bx'].map(([from = '', to = '']) => ({ from, to }));
    // One stands twice, one leads to itself, one nowhere: none of these is an edge.
    expect(drawReach(nodes, edges)).toEqual({
      text: `flowchart LR
    n1("the agreement 2026-h2 (changed)")
    n2["lead_responses"]
    n3(["MQL→meeting rate"])
    n4{{"This week /"}}
    n1 --> n2
    n2 --> n3
    n3 --> n4
    classDef changed stroke-width:3px
    class n1 changed
`,
      leftOut: 0,
    });
  });

  it('has no class where nothing of it changed, and no text where nothing is reached', () => {
    const { text } = drawReach(nodes.slice(1), [{ from: 'b', to: 'c' }]);
    expect(text).toContain(' --> ');
    expect(text).not.toContain('class');
    expect(drawReach(nodes, [])).toEqual({ text: '', leftOut: 0 });
  });
});

describe('a large graph', () => {
  const models = Array.from({ length: 60 }, (_, index) => node(`m${index}`, 'model', { rank: index < 5 ? 0 : 1 }));
  const metrics = Array.from({ length: 3 }, (_, index) => node(`k${index}`, 'metric'));
  const edges = [
    ...models.slice(1).map(({ key }, index): ReachEdge => ({ from: `m${index}`, to: key })),
    ...metrics.map(({ key }): ReachEdge => ({ from: 'm59', to: key })),
  ];

  it('shows what others leave room for, and the rest as one node', () => {
    // 40 nodes less 4 that may stand for a rest: 3 metrics and 33 models; 27 models are left.
    const { text, leftOut } = drawReach([...models, ...metrics], edges);
    expect(text.match(/^ {4}n\d+[[({]/gm)).toHaveLength(3 + 33 + 1);
    expect(text).toContain('["… 27 more models"]');
    // Shown are m0 to m32, with 32 of the 62 edges between them.
    expect(leftOut).toBe(30);
    // The metrics hang on a model that is not shown.
    const id = /(n\d+)\["… 27 more models"\]/.exec(text)?.[1];
    expect(text.match(new RegExp(`^ {4}${id} --> `, 'gm'))).toHaveLength(3);
  });

  it('keeps what changed, whatever its rank', () => {
    const changed = models.map((model) => (model.key === 'm50' ? { ...model, mark: 'changed' } : model));
    expect(drawReach(changed, edges).text).toContain('["m50 (changed)"]');
  });

  it('draws 60 edges at most, those of what changed first', () => {
    const few = Array.from({ length: 13 }, (_, index) =>
      node(`m${index}`, 'model', index === 12 ? { mark: 'added' } : {}),
    );
    const all = few.flatMap(({ key: from }) =>
      few.filter(({ key }) => key !== from).map(({ key: to }) => ({ from, to })),
    );
    const { text, leftOut } = drawReach(few, all);
    expect(text.match(/ --> /g)).toHaveLength(60);
    expect(text.match(/n13 --> /g)).toHaveLength(12);
    expect(leftOut).toBe(13 * 12 - 60);
  });
});

describe('hostile names', () => {
  it.each([
    ['end', '["end"]'],
    ['a"]; click n1 "javascript:alert(1)"', '["a&quot;&rsqb;; click n1 &quot;javascript:alert(1)&quot;"]'],
    ['%%{init: {}}%%', '["&percnt;&percnt;&lcub;init: &lcub;&rcub;&rcub;&percnt;&percnt;"]'],
    ['```\n# Approved', '["&grave;&grave;&grave; &num; Approved"]'],
    ['<img src=x>&#35;', '["&lt;img src=x&gt;&amp;&num;35;"]'],
    ['\u202Etxt\u0000|', '[" txt &vert;"]'],
    ['x'.repeat(60), `["${'x'.repeat(47)}…"]`],
  ])('writes %j as a label', (label, shape) => {
    const nodes = [node('a', 'model', { label }), node('b', 'model')];
    const { text } = drawReach(nodes, [{ from: 'a', to: 'b' }]);
    expect(text).toBe(`flowchart LR\n    n1${shape}\n    n2["b"]\n    n1 --> n2\n`);
  });

  it('stays a chart of known lines and bounded size whatever the names', () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc
        .array(fc.constantFrom('"', '`', '[', ']', '\n', '%%', '{', '-->', 'end', '#quot;', ';', '<b>', '&'), {
          maxLength: 90,
        })
        .map((parts) => parts.join('')),
    );
    const kind = fc.constantFrom('definition' as const, 'model' as const, 'metric' as const, 'page' as const);
    const nodes = fc.array(fc.record({ kind, label: name, isMarked: fc.boolean(), rank: fc.nat({ max: 3 }) }), {
      maxLength: 120,
    });
    const edges = fc.array(fc.tuple(fc.nat({ max: 119 }), fc.nat({ max: 119 })), { maxLength: 300 });
    fc.assert(
      fc.property(nodes, edges, (made, between) => {
        const drawn = drawReach(
          made.map(({ isMarked, ...rest }, index) => ({
            key: `k${index}`,
            ...rest,
            ...(isMarked ? { mark: 'changed' } : {}),
          })),
          between.map(([from, to]) => ({ from: `k${from}`, to: `k${to}` })),
        );
        expect(drawn.text.length).toBeLessThanOrEqual(6_000);
        const { length } = made;
        const isEmpty = between.every(([from, to]) => from === to || from >= length || to >= length);
        expect(drawn.text === '').toBe(isEmpty);
        if (isEmpty) return;
        const lines = linesOf(drawn.text);
        for (const text of lines) expect(text).toMatch(line);
        expect(lines.filter((text) => text.includes(' --> ')).length).toBeLessThanOrEqual(60);
        expect(lines.filter((text) => /^ {4}n\d+[[({]/.test(text)).length).toBeLessThanOrEqual(40);
        // An edge leads from one node that is there to another.
        const ids = new Set(lines.flatMap((text) => /^ {4}(n\d+)[[({]/.exec(text)?.[1] ?? []));
        for (const text of lines) {
          const [, from, to] = /^ {4}(n\d+) --> (n\d+)$/.exec(text) ?? [];
          if (from !== undefined && to !== undefined) expect([ids.has(from), ids.has(to)]).toEqual([true, true]);
        }
      }),
      { numRuns: 50, seed: 20_261_126 },
    );
  });
});

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { feeds, type Lineages } from '../../../src/models/lineage/trace.ts';
import type { PlannedModel } from '../../../src/models/plan.ts';
import { openProject } from '../../../src/project/project.ts';
import { type Extents, spread } from '../../../src/review/reach/reach-models.ts';
import { openSide } from '../../../src/review/side.ts';
import type { Side } from '../../../src/review/types.ts';
import { makeFolder } from '../world-folder.ts';
import { changeOf, metricsIn, reachIn, worldFiles } from './reach-world.ts';

let world: Side;

beforeAll(async () => {
  const folder = makeFolder(worldFiles);
  try {
    world = await openSide(openProject(folder.root), [], new Map());
  } finally {
    folder.remove();
  }
});

const columns = ['a', 'b', 'c'];
const column = fc.constantFrom(...columns);

/** m0 … m6: each reads some of those before it; its columns, and its rows, are made of some of theirs. */
const layers = fc.array(
  fc.record({
    reads: fc.array(fc.nat(), { maxLength: 3 }),
    values: fc.array(fc.tuple(column, fc.nat(), column), { maxLength: 6 }),
    filters: fc.array(fc.tuple(fc.nat(), column), { maxLength: 1 }),
  }),
  { minLength: 2, maxLength: 7 },
);

/** A side of such models. Each reads what it is made of, and nothing in vain. */
function sideOf(made: typeof layers extends fc.Arbitrary<infer Layers> ? Layers : never): Side {
  const [template] = world.planned ?? [];
  if (template === undefined) throw new Error('the world has no model');
  const lineages = new Map(
    made.map(({ reads, values, filters }, index) => {
      const sources = [...new Set(reads.map((read) => read % Math.max(1, index)))].filter((source) => source < index);
      const sourceOf = (number: number, name: string) =>
        sources.length === 0 ? [] : [{ table: `m${sources[number % sources.length]}`, column: name }];
      const fed = columns.map((name) => ({
        name,
        from: values.filter(([own]) => own === name).flatMap(([, number, source]) => sourceOf(number, source)),
      }));
      const deciding = { from: filters.flatMap(([number, source]) => sourceOf(number, source)) };
      return [`m${index}`, { reads: sources.map((source) => `m${source}`), columns: fed, filters: deciding }];
    }),
  );
  const planned = [...lineages].map(
    ([name, { reads }]): PlannedModel => ({ ...template, file: { ...template.file, name }, reads, readsTables: [] }),
  );
  return { ...world, planned, inspected: { columns: new Map(), lineages } };
}

/** The same worlds at every run. */
const fixed = { seed: 20_261_126 };

const starts = fc
  .array(fc.tuple(fc.nat({ max: 6 }), fc.option(fc.subarray(columns, { minLength: 1 }))), {
    minLength: 1,
    maxLength: 3,
  })
  .map(
    (entries): Extents =>
      new Map(entries.map(([model, names]) => [`m${model}`, names === null ? null : new Set(names)])),
  );

/** Whether all of the one is in the other. */
function isWithin(part: Extents, whole: Extents): boolean {
  return [...part].every(([table, extent]) => {
    const other = whole.get(table);
    if (other === undefined) return false;
    return other === null || (extent !== null && [...extent].every((name) => other.has(name)));
  });
}

describe('spread', () => {
  it('reaches by columns no more than by whole models', () => {
    fc.assert(
      fc.property(layers, starts, (made, start) => {
        const side = sideOf(made);
        const whole = new Map([...start.keys()].map((table): [string, null] => [table, null]));
        expect(isWithin(spread(start, [side]), spread(whole, [side]))).toBe(true);
      }),
      fixed,
    );
  });

  it('reaches no less by more changes', () => {
    fc.assert(
      fc.property(layers, starts, starts, (made, start, more) => {
        const side = sideOf(made);
        const both = spread(new Map([...start, ...[...more].filter(([table]) => !start.has(table))]), [side]);
        expect(isWithin(spread(start, [side]), both)).toBe(true);
      }),
      fixed,
    );
  });

  it('reaches no less in two sides than in one', () => {
    fc.assert(
      fc.property(layers, layers, starts, (base, head, start) => {
        const both = spread(start, [sideOf(base), sideOf(head)]);
        expect(isWithin(spread(start, [sideOf(base)]), both)).toBe(true);
        expect(isWithin(spread(start, [sideOf(head)]), both)).toBe(true);
      }),
      fixed,
    );
  });

  it('reaches from one column what the lineage says that it feeds', () => {
    fc.assert(
      fc.property(layers, fc.nat({ max: 6 }), column, (made, model, name) => {
        const side = sideOf(made);
        const lineages: Lineages = side.inspected?.lineages ?? new Map();
        const { values, filters } = feeds(lineages, `m${model}`, name);
        const expected = new Map<string, Set<string> | null>([[`m${model}`, new Set([name])]]);
        for (const fed of values) expected.set(fed.table, new Set([...(expected.get(fed.table) ?? []), fed.column]));
        for (const { table } of filters) expected.set(table, null);
        const found = spread(new Map([[`m${model}`, new Set([name])]]), [side]);
        const sorted = (extents: Extents) =>
          [...extents].map(([table, extent]) => `${table}: ${extent === null ? '*' : [...extent].sort()}`).sort();
        expect(sorted(found)).toEqual(sorted(expected));
      }),
      fixed,
    );
  });
});

describe('reachOf', () => {
  const menu = [
    changeOf('metric', 'won_deals'),
    changeOf('seed', 'regions'),
    changeOf('agreement', 'one', 'promises.places.target'),
    changeOf('agreement', 'one', 'policies.acceptance'),
    changeOf('project', 'world', 'sources.deals.time_zone'),
    changeOf('contract', 'deals'),
  ];
  const changed = fc.option(fc.subarray(['deal_id', 'won_at', 'region', 'amount', 'note']));

  it('reaches no less by more changes, in metrics and contracts too', () => {
    fc.assert(
      fc.property(fc.subarray(menu), fc.subarray(menu), changed, (some, more, names) => {
        const few = reachIn(world, some);
        const many = reachIn(world, [...new Set([...some, ...more])], { columns: { deals: names } });
        expect(metricsIn(many)).toEqual(expect.arrayContaining(metricsIn(few)));
        for (const { of, kind, rules } of few.contracts) {
          const other = many.contracts.find((contract) => contract.of === of && contract.kind === kind);
          expect(other?.rules).toBeGreaterThanOrEqual(rules);
        }
      }),
      fixed,
    );
  });

  it('reaches by columns of a model no metric that the whole of it does not reach', () => {
    const whole = metricsIn(reachIn(world, [], { columns: { deals: null } }));
    fc.assert(
      fc.property(changed, (names) => {
        expect(whole).toEqual(expect.arrayContaining(metricsIn(reachIn(world, [], { columns: { deals: names } }))));
      }),
      fixed,
    );
  });
});

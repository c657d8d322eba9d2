import { nearest } from '../diagnostics/suggest.ts';
import type { ColumnSpec, ModelFile } from '../project/model-file.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import type { ContractContext, ContractResult, Rule } from './rule.ts';

/** Each column that a model's .yml declares is there, and of the declared type. */
export const columns: Rule = async (context) => {
  const { models } = context.project;
  const types = await canonicalTypes(
    context.warehouse,
    models.flatMap((model) => model.columns.flatMap(({ type }) => type ?? [])),
  );
  return models.flatMap((model) => model.columns.map((spec) => checkColumn(context, model, spec, types)));
};

function checkColumn(context: ContractContext, model: ModelFile, spec: ColumnSpec, types: Types): ContractResult {
  const actual = context.columns.get(model.name) ?? [];
  const found = actual.find(({ name }) => name.toLowerCase() === spec.name.toLowerCase());
  const wanted = spec.type === undefined ? undefined : types.get(spec.type);
  const isRight = found !== undefined && (spec.type === undefined || found.type === wanted);
  const near = nearest(
    spec.name,
    actual.map(({ name }) => name),
  );
  return {
    metric: null,
    model: model.name,
    rule: `column(${spec.name})`,
    severity: 'error',
    passed: isRight,
    observed: found?.type ?? (near === undefined ? 'no such column' : `no such column; there is "${near}"`),
    expected: expectation(spec, wanted),
    sample: null,
    place: model.at(['columns', spec.name, ...(found === undefined || spec.type === undefined ? [] : ['type'])]),
  };
}

function expectation(spec: ColumnSpec, wanted: string | undefined): string {
  if (spec.type === undefined) return `a column "${spec.name}"`;
  return wanted ?? `a type that DuckDB knows, which "${spec.type}" is not`;
}

/** A type as somebody wrote it → as DuckDB writes it; undefined when it knows no such type. */
type Types = ReadonlyMap<string, string | undefined>;

async function canonicalTypes(warehouse: Warehouse, types: readonly string[]): Promise<Types> {
  const found = new Map<string, string | undefined>();
  for (const type of new Set(types)) found.set(type, await canonicalType(warehouse, type));
  return found;
}

/** `text` and `timestamptz` as DuckDB itself writes them; undefined when it knows no such type. */
async function canonicalType(warehouse: Warehouse, type: string): Promise<string | undefined> {
  if (!/^[\w ,()[\]'"]+$/.test(type)) return undefined;
  try {
    const [column] = await warehouse.columns(`select cast(null as ${type}) as typed`);
    return column?.type;
  } catch {
    return undefined;
  }
}

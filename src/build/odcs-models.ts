import type { ColumnSpec } from '../project/model-columns.ts';
import type { RelationshipSpec } from '../project/model-contract.ts';
import type { ModelFile } from '../project/model-file.ts';
import { quoteIdentifier } from '../warehouse/warehouse.ts';
import type { OdcsObject, OdcsProperty, OdcsQuality } from './odcs.ts';
import { logicalType } from './odcs-types.ts';

/** A public model as a table of the contract. `columns`: name → DuckDB type. `published` are the tables there are. */
export function modelObject(
  model: ModelFile,
  columns: ReadonlyMap<string, string>,
  published: ReadonlySet<string>,
): OdcsObject {
  const quality = [...grainQuality(model), ...ruleQuality(model)];
  const keys = model.contract.relationships.filter(({ to }) => published.has(to));
  return {
    name: model.name,
    logicalType: 'object',
    physicalType: 'table',
    physicalName: model.name,
    ...(model.description === '' ? {} : { description: model.description }),
    ...(model.grain.length === 0 ? {} : { dataGranularityDescription: `One row per ${model.grain.join(', ')}` }),
    ...(model.tags.length === 0 ? {} : { tags: model.tags }),
    properties: [...columns].map(([name, type]) => propertyOf(name, type, model)),
    ...(keys.length === 0 ? {} : { relationships: keys.map((key) => relationshipOf(model, key)) }),
    ...(quality.length === 0 ? {} : { quality }),
    ...(model.version === undefined ? {} : { customProperties: [versionOf(model.version)] }),
  };
}

function propertyOf(name: string, type: string, { grain, columns }: ModelFile): OdcsProperty {
  const isColumn = (other: string): boolean => other.toLowerCase() === name.toLowerCase();
  const spec = columns.find((column) => isColumn(column.name));
  const position = grain.findIndex(isColumn) + 1;
  const quality = spec === undefined ? [] : columnQuality(spec);
  return {
    name,
    ...logicalType(type),
    physicalType: type,
    ...(spec === undefined || spec.description === '' ? {} : { description: spec.description }),
    required: position > 0 || (spec?.notNull ?? false),
    unique: (position > 0 && grain.length === 1) || (spec?.unique ?? false),
    ...(position > 0 ? { primaryKey: true, primaryKeyPosition: position } : {}),
    ...(quality.length === 0 ? {} : { quality }),
  };
}

/** Besides `required` and `unique`. Columns have no severity of their own: what they promise stops a build. */
function columnQuality({ acceptedValues }: ColumnSpec): OdcsQuality[] {
  if (acceptedValues === undefined) return [];
  return [
    {
      type: 'library',
      metric: 'invalidValues',
      arguments: { validValues: acceptedValues },
      mustBe: 0,
      dimension: 'conformity',
      severity: 'error',
      description: `Where there is a value it is ${acceptedValues.join(', ')}.`,
    },
  ];
}

function grainQuality({ grain }: ModelFile): OdcsQuality[] {
  if (grain.length === 0) return [];
  return [
    {
      type: 'library',
      metric: 'duplicateValues',
      arguments: { properties: grain },
      mustBe: 0,
      dimension: 'uniqueness',
      severity: 'error',
      description: `No ${grain.join(', ')} twice.`,
    },
  ];
}

function ruleQuality(model: ModelFile): OdcsQuality[] {
  const table = quoteIdentifier(model.name);
  const { expressions, relationships } = model.contract;
  return [
    ...expressions.map(
      ({ name, that, severity }): OdcsQuality => ({
        name,
        type: 'sql',
        query: `select count(*) from ${table} where not (${that})`,
        mustBe: 0,
        severity: severityOf(severity),
        description: `Every row: ${that.trim()}`,
      }),
    ),
    ...relationships.map(
      (key): OdcsQuality => ({
        type: 'sql',
        query: orphans(table, key),
        mustBe: 0,
        dimension: 'consistency',
        severity: severityOf(key.severity),
        description: `Every ${key.columns.join(', ')} is found in ${key.to}.`,
      }),
    ),
  ];
}

/** A row without a value in one of the columns need not be found. */
function orphans(table: string, { columns, to, toColumns }: RelationshipSpec): string {
  const given = columns.map((column) => `child.${quoteIdentifier(column)} is not null`);
  const same = columns.map(
    (column, index) => `parent.${quoteIdentifier(toColumns[index] ?? column)} = child.${quoteIdentifier(column)}`,
  );
  const found = `select 1 from ${quoteIdentifier(to)} as parent where ${same.join(' and ')}`;
  return `select count(*) from ${table} as child where ${given.join(' and ')} and not exists (${found})`;
}

function relationshipOf(
  { name }: ModelFile,
  { columns, to, toColumns }: RelationshipSpec,
): NonNullable<OdcsObject['relationships']>[number] {
  const from = columns.map((column) => `${name}.${column}`);
  const target = toColumns.map((column) => `${to}.${column}`);
  const [first = '', second] = from;
  return second === undefined
    ? { type: 'foreignKey', from: first, to: target[0] ?? '' }
    : { type: 'foreignKey', from, to: target };
}

function versionOf({ number, isLatest, deprecatedOn, why }: NonNullable<ModelFile['version']>) {
  return { property: 'modelVersion', value: { number, isLatest, why, deprecatedOn: deprecatedOn ?? null } };
}

export function severityOf(severity: 'error' | 'warn'): OdcsQuality['severity'] {
  return severity === 'warn' ? 'warning' : 'error';
}

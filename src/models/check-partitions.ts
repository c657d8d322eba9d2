import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { FunctionKinds } from '../warehouse/functions.ts';
import type { Columns } from './inspect.ts';
import { aggregateTest } from './lineage/functions.ts';
import { checkPartition } from './partition/check-partition.ts';
import { placeOfByte } from './place.ts';
import type { PlannedModel } from './plan.ts';

/** What is known of a project's tables before any model runs. */
export interface KnownColumns {
  readonly models: ReadonlyMap<string, Columns>;
  /** Of tables outside models: `raw.events`. */
  readonly tables: ReadonlyMap<string, Columns>;
  readonly functions: FunctionKinds;
  /** Models of sources that the project has not: tables without rows stand in their place. */
  readonly outlined?: ReadonlySet<string>;
}

/**
 * What keeps models from being computed partition by partition: rows that depend on those of other partitions, inputs
 * that are not cut, keys of different types. Of those in `except` it is known already. Pure.
 */
export function checkPartitions(
  planned: readonly PlannedModel[],
  known: KnownColumns,
  except: { has(name: string): boolean } = new Set(),
): Diagnostic[] {
  const models = new Map(planned.map((model) => [model.file.name, model]));
  const columnsOf = (table: string): string[] | undefined => {
    const columns = known.models.get(table) ?? known.tables.get(table) ?? known.tables.get(`main.${table}`);
    return columns && [...columns.keys()];
  };
  const statementOf = (name: string): unknown =>
    models.get(name)?.file.materialized === 'ephemeral' ? models.get(name)?.statement : undefined;
  const common = { columnsOf, isAggregate: aggregateTest(known.functions), statementOf };

  return planned.flatMap((model): Diagnostic[] => {
    const { partition } = model.file;
    if (partition === undefined || except.has(model.file.name)) return [];
    const inputProblems = checkInputs(model, models, known);
    if (inputProblems.length > 0) return inputProblems;
    const options = { ...common, partitionBy: partition.by, inputs: partition.inputs };
    return checkPartition(model.statement, options).map(({ reason, position, model: ephemeral }) => {
      const place = (ephemeral === undefined ? undefined : models.get(ephemeral)?.file.sql) ?? model.file.sql;
      return {
        code: 'crosses-partitions',
        severity: 'error',
        message: `model "${model.file.name}" cannot be cut by ${partition.by}: ${reason}`,
        ...placeOfByte(place, position),
        fix: 'Change the SQL so, or make it "materialized: table".',
      };
    });
  });
}

/** Keys are compared with = and grouped: a type whose equal values differ, or two types, would lose rows. */
const keyTypes = /^(VARCHAR|UUID|DATE|BOOLEAN|U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER)$/;

function checkInputs(
  { file }: PlannedModel,
  models: ReadonlyMap<string, PlannedModel>,
  known: KnownColumns,
): Diagnostic[] {
  const own = typeOf(known.models.get(file.name), file.partition?.by ?? '');
  return [...(file.partition?.inputs ?? [])].flatMap(([input, column]): Diagnostic[] => {
    const place = file.at(['inputs', input]);
    const problem = (message: string, fix: string): Diagnostic[] => [
      { code: 'invalid-input', severity: 'error', message, ...place, fix },
    ];
    const model = models.get(input);
    const isEvents = input === 'raw.events' && column === 'lead_id';
    const isOutlined = known.outlined?.has(input) ?? false;
    if (model === undefined && !isEvents && !isOutlined) {
      const fix = 'Only models are cut, and raw.events by its lead_id; read other raw tables through a model.';
      return problem(`inputs: "${input}" ${input.includes('.') ? 'is not cut' : 'is no model'}`, fix);
    }
    if (isEvents && file.materialized !== 'view') {
      return problem(`inputs: "${input}" is an input of views alone`, 'Read it through a view, such as stg_events.');
    }
    if (model?.file.materialized === 'ephemeral') {
      return problem(`inputs: "${input}" is ephemeral and holds no rows to be compared`, 'Make it a view.');
    }
    const outside = known.tables.get(isOutlined ? `main.${input}` : input);
    const type = typeOf(known.models.get(input) ?? outside, column);
    if (type === undefined)
      return problem(`inputs: "${input}" has no column "${column}"`, 'Name the one that carries the key.');
    if (!keyTypes.test(type)) {
      return problem(
        `inputs: "${column}" of "${input}" is ${type}`,
        'Cut by a text, a whole number, a date or a uuid.',
      );
    }
    if (own !== undefined && own !== type) {
      return problem(
        `inputs: "${column}" of "${input}" is ${type}, ${file.partition?.by} of "${file.name}" ${own}`,
        'Make them one type.',
      );
    }
    return [];
  });
}

function typeOf(columns: Columns | undefined, name: string): string | undefined {
  return [...(columns ?? [])].find(([column]) => column.toLowerCase() === name.toLowerCase())?.[1];
}

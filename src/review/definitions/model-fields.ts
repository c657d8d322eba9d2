import type { Columns } from '../../models/table-columns.ts';
import type { ModelFile } from '../../project/model-file.ts';
import { fieldOf } from './definition-change.ts';
import type { Field } from './fields.ts';

/** Everything that a model says of itself beside its SQL. `columns` are those that DuckDB found, where it could. Pure. */
export function modelFields(file: ModelFile, columns: Columns | undefined): Field[] {
  const { description, materialized, partition, isPublic, tags, grain, version, folders, changes } = file;
  const sorted = (texts: readonly string[]) => [...new Set(texts)].sort();
  return [
    ...columnFields(file, columns),
    fieldOf('grain', 'grain', sorted(grain.map((name) => name.toLowerCase())), grain.join(', ')),
    fieldOf('public', 'public', isPublic, isPublic ? 'yes' : 'no'),
    fieldOf('materialized', 'materialized', materialized),
    ...(partition === undefined
      ? []
      : [
          fieldOf(
            'partition',
            'partition',
            { by: partition.by, inputs: Object.fromEntries(partition.inputs) },
            `by ${partition.by}, of ${[...partition.inputs].map(([input, key]) => `${input} by ${key}`).join(' and ')}`,
          ),
        ]),
    ...(version?.deprecatedOn === undefined ? [] : [fieldOf('deprecated_on', 'deprecated_on', version.deprecatedOn)]),
    ...(version === undefined ? [] : [fieldOf('change', 'note', version.change), fieldOf('why', 'note', version.why)]),
    fieldOf('description', 'description', folded(description)),
    ...changes.map(({ on, why }, index) =>
      fieldOf(`changes.${index + 1}`, 'changes', [on, why], `${on}: ${folded(why)}`),
    ),
    ...file.columns.map((column) =>
      fieldOf(`columns.${column.name}.description`, 'columns.description', folded(column.description)),
    ),
    fieldOf('tags', 'tags', sorted(tags), tags.join(', ')),
    fieldOf('folder', 'folder', folders.join('/'), ['models', ...folders].join('/')),
  ];
}

/** By what DuckDB says; else by what the .yml says, of which a type is known only where it is written. */
function columnFields(file: ModelFile, columns: Columns | undefined): Field[] {
  const types = columns ?? new Map(file.columns.map(({ name, type }) => [name, type?.toUpperCase() ?? '']));
  return [...types].map(([name, type]) =>
    fieldOf(`columns.${name.toLowerCase()}`, 'columns', type, type || 'a column'),
  );
}

/** How lines are broken says nothing. */
function folded(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

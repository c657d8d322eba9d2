import type { SourceConfig } from '../../project/config-file.ts';
import { fieldOf, presence } from './definition-change.ts';
import type { Field } from './fields.ts';

/** What handover.yml says of one source. Pure. */
export function sourceFields(source: SourceConfig): Field[] {
  const { name, kind, files, timeZone, format, columns, recordedAt, properties, personal, maxRejected } = source;
  const field = (key: string, value: unknown, text?: string): Field =>
    fieldOf(`sources.${name}.${key}`, `sources.${key}`, value, text);
  // A source of tables of its own adds to no number that is there.
  const isTable = kind === 'table';
  return [
    fieldOf(`sources.${name}`, isTable ? 'sources.table' : 'sources', presence, name),
    field('kind', kind),
    field('files', [...files].sort(), files.join(', ')),
    field('time_zone', timeZone),
    ...(format === undefined ? [] : [field('format', format)]),
    ...Object.entries(columns ?? {}).map(([column, type]) =>
      fieldOf(`sources.${name}.columns.${column}`, 'sources.columns', type.toUpperCase(), type),
    ),
    ...(recordedAt === undefined ? [] : [field('recorded_at', recordedAt)]),
    ...[...properties].map(([property, attribute]) =>
      fieldOf(`sources.${name}.properties.${property}`, 'sources.properties', attribute, attribute ?? 'no attribute'),
    ),
    ...[...personal].map(([column, becomes]) =>
      fieldOf(
        `sources.${name}.personal.${column}`,
        'sources.personal',
        becomes,
        becomes === 'hash' ? 'hashed' : 'dropped',
      ),
    ),
    field('max_rejected', maxRejected, rejectedText(maxRejected)),
  ];
}

function rejectedText(limit: SourceConfig['maxRejected']): string {
  return 'rows' in limit ? `${limit.rows} rows` : `${Number((limit.share * 100).toPrecision(12))} %`;
}

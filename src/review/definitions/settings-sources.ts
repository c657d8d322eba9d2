import type { SourceConfig } from '../../project/config-file.ts';
import { fieldOf, presence } from './definition-change.ts';
import type { Field } from './fields.ts';

/** Whether anything asks for an attribute of leads. */
export type IsAsked = (attribute: string) => boolean;

/** What handover.yml says of one source. Pure. */
export function sourceFields(source: SourceConfig, isAsked: IsAsked): Field[] {
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
    ...propertyFields(properties, { path: `sources.${name}.properties`, field: 'sources.properties', isAsked }),
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

interface PropertyPlace {
  readonly path: string;
  readonly field: string;
  readonly isAsked: IsAsked;
}

/** Properties that may be stored, and the attributes of a lead that they are. */
export function propertyFields(
  properties: SourceConfig['properties'],
  { path, field, isAsked }: PropertyPlace,
): Field[] {
  return [...properties].map(([property, attribute]) =>
    fieldOf(
      `${path}.${property}`,
      attribute !== null && isAsked(attribute) ? `${field}.asked` : field,
      attribute,
      attribute ?? 'no attribute',
    ),
  );
}

function rejectedText(limit: SourceConfig['maxRejected']): string {
  return 'rows' in limit ? `${limit.rows} rows` : `${Number((limit.share * 100).toPrecision(12))} %`;
}

import type { CrmLayout, LayoutColumn, TableLayout } from '../../project/layout-file.ts';
import { fieldOf, presence } from './definition-change.ts';
import type { Field } from './fields.ts';
import { type IsAsked, propertyFields } from './settings-sources.ts';

/** What a CRM's export is read by; the text for people is that of the YAML. Pure. */
export function layoutFields({ needs, properties, tables }: CrmLayout, isAsked: IsAsked): Field[] {
  return [
    fieldOf('needs', 'layout.needs', needs.map(inOrder), needs.map((group) => group.join(' or ')).join(' and ')),
    ...propertyFields(properties, { path: 'properties', field: 'layout.properties', isAsked }),
    ...tables.flatMap(tableFields),
  ];
}

function tableFields(table: TableLayout): Field[] {
  const { name, description, files, key, latestBy, columns } = table;
  const field = (part: string, value: readonly string[], compared = value) =>
    fieldOf(`tables.${name}.${part}`, `layout.${part}`, compared, value.join(', '));
  return [
    fieldOf(`tables.${name}`, 'layout.tables', presence, name),
    field('files', files),
    field('key', key, inOrder(key)),
    field('latest_by', latestBy),
    fieldOf(`tables.${name}.description`, 'layout.description', description.replace(/\s+/g, ' ').trim()),
    ...columns.flatMap((column) => columnFields(name, column)),
  ];
}

function columnFields(table: string, column: LayoutColumn): Field[] {
  const path = `tables.${table}.columns.${column.name}`;
  const field = (key: string, value: unknown, kind = 'layout.column'): Field =>
    fieldOf(`${path}.${key}`, kind, value, Array.isArray(value) ? value.join(', ') : String(value));
  const set = (key: string, value: unknown, kind?: string): Field[] =>
    value === undefined || value === false ? [] : [field(key, value, kind)];
  return [
    fieldOf(path, 'layout.columns', presence, column.name),
    field('type', column.type),
    ...set('required', column.required),
    ...set('aliases', column.aliases.length > 0 && inOrder(column.aliases)),
    ...set('recorded', column.isRecorded),
    ...set('blank', column.keepsBlank),
    ...set('epoch_ms', column.isEpochAllowed),
    ...set('collect', column.collect),
    // By these a request to be forgotten finds its rows.
    ...set('lead', column.isLead, 'layout.lead'),
    ...set('leads_at', column.leadsAt, 'layout.lead'),
    // These keep out what may not be stored.
    ...set('kept_by', column.keptBy, 'layout.guard'),
    ...set('allow_list', column.isAllowListed, 'layout.guard'),
    ...set('items', column.items && inOrder(column.items), 'layout.guard'),
    ...[...column.patterns].map(([property, pattern]) => field(`patterns.${property}`, pattern, 'layout.guard')),
  ];
}

/** Of names whose order says nothing. */
function inOrder(names: readonly string[]): readonly string[] {
  return [...names].sort();
}

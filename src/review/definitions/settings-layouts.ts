import type { CrmLayout, LayoutColumn, TableLayout } from '../../project/layout-file.ts';
import { fieldOf, presence } from './definition-change.ts';
import type { Field } from './fields.ts';

/** What a CRM's export is read by; the text for people is that of the YAML. Pure. */
export function layoutFields({ needs, properties, tables }: CrmLayout): Field[] {
  return [
    fieldOf('needs', 'layout.needs', needs, needs.map((group) => group.join(' or ')).join(' and ')),
    ...[...properties].map(([property, attribute]) =>
      fieldOf(`properties.${property}`, 'layout.properties', attribute, attribute ?? 'no attribute'),
    ),
    ...tables.flatMap(tableFields),
  ];
}

function tableFields(table: TableLayout): Field[] {
  const { name, description, files, key, latestBy, columns } = table;
  const field = (part: string, value: readonly string[]) =>
    fieldOf(`tables.${name}.${part}`, `layout.${part}`, value, value.join(', '));
  return [
    fieldOf(`tables.${name}`, 'layout.tables', presence, name),
    field('files', [...files]),
    field('key', [...key]),
    field('latest_by', [...latestBy]),
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
    ...set('aliases', column.aliases.length > 0 && [...column.aliases].sort()),
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
    ...set('items', column.items, 'layout.guard'),
    ...[...column.patterns].map(([property, pattern]) => field(`patterns.${property}`, pattern, 'layout.guard')),
  ];
}

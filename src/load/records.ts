import type { LayoutColumn, TableLayout } from '../project/layout-file.ts';
import { quoteIdentifier, quoteLiteral } from '../warehouse/warehouse.ts';
import { epochMilliseconds, instant, isWritten, whyNotInstant } from './instants.ts';
import { hashOf, keptObject, keptValue, type Privacy } from './personal.ts';
import { allForgottenProblem, forgottenProblem, lessForgotten, type RowOptions } from './row-options.ts';
import {
  bookkeeping,
  type FileColumns,
  fault,
  problemType,
  type Scan,
  type ScanColumn,
  shown,
  type Target,
  textOf,
  type Wanted,
  withText,
} from './scan.ts';

/** A column's name as names are compared: `OldValue`, `OLDVALUE` and `old_value` agree, and so do `No_Show__c` and `no_show_c`. */
export function normalName(name: string): string {
  return name.replace(/[^A-Za-z0-9]+/g, '').toLowerCase();
}

/**
 * Where in a file each of a layout's columns is looked for: its own name, then its aliases. In JSON an alias with dots
 * leads into nested objects.
 */
function placesInFile(layout: TableLayout, file: FileColumns): ReadonlyMap<string, readonly (readonly string[])[]> {
  const own = new Map(file.columns.toReversed().map(({ name }) => [normalName(name), name]));
  const isNested = file.kind.format === 'json' || file.kind.format === 'ndjson';
  return new Map(
    layout.columns.map(({ name, aliases }) => {
      const places = [name, ...aliases].flatMap((candidate) => {
        const plain = own.get(normalName(candidate));
        if (plain !== undefined) return [[plain]];
        const [top = '', ...rest] = candidate.split('.');
        const parent = isNested && rest.length > 0 ? own.get(normalName(top)) : undefined;
        return parent === undefined ? [] : [[parent, ...rest]];
      });
      return [name, places];
    }),
  );
}

/** The layout's columns that a file may hold. */
export function columnsInFile(layout: TableLayout, file: FileColumns): string[] {
  return [...placesInFile(layout, file)].filter(([, places]) => places.length > 0).map(([name]) => name);
}

/** Properties that may be stored and stand in the file as columns of their own, which no column of the layout is. */
function collectable(
  layout: TableLayout,
  { allowed, hashed, withheld }: Privacy,
  { columns }: { readonly columns: readonly { readonly name: string }[] },
): { property: string; own: string }[] {
  const { collect } = layout.columns.find((column) => column.collect !== undefined) ?? {};
  if (collect === undefined) return [];
  const taken = new Set(layout.columns.flatMap(({ name, aliases }) => [name, ...aliases]).map(normalName));
  const own = new Map(columns.map(({ name }) => [normalName(name), name]));
  return [...allowed, ...hashed, ...withheld].flatMap((property) => {
    const wanted = normalName(`${collect}${property}`);
    const name = taken.has(wanted) ? undefined : own.get(wanted);
    return name === undefined ? [] : [{ property, own: name }];
  });
}

/** Gathers the rows of one table of a CRM's export. */
export function recordTarget(
  table: string,
  layout: TableLayout,
  source: { name: string; timeZone: string },
  options: RowOptions,
): Target {
  return {
    table,
    wanted: (file) => {
      const places = placesInFile(layout, file);
      const wanted = layout.columns.flatMap(({ name, type }) =>
        (places.get(name) ?? []).map(
          (path): Wanted => ({ name: path.join('.'), path, isJson: type === 'json', mayBeObject: true }),
        ),
      );
      const collected = collectable(layout, options.privacy, file).map(
        ({ own }): Wanted => ({ name: own, path: [own], isJson: false, mayBeObject: true }),
      );
      return [...new Map([...collected, ...wanted].map((entry) => [entry.name, entry])).values()];
    },
    singleLine: (file) => {
      const places = placesInFile(layout, file);
      return layout.key.flatMap((name) => places.get(name)?.flat() ?? []);
    },
    select: (scan) => selectRecords(scan, layout, source, options),
  };
}

interface ReadColumn extends LayoutColumn {
  /** SQL names of the value as read and as typed. */
  readonly raw: string;
  readonly typed: string;
  readonly expression: string;
  readonly from: string;
}

function selectRecords(
  scan: Scan,
  layout: TableLayout,
  source: { name: string; timeZone: string },
  options: RowOptions,
): string {
  const names = [...scan.columns.keys()].map((name) => ({ name }));
  const collected = collectable(layout, options.privacy, { columns: names });
  const byName = new Map([...scan.columns].map(([name, column]) => [normalName(name), column]));
  const columns = layout.columns.map((column, index): ReadColumn => {
    const places = [column.name, ...column.aliases].flatMap((name) => byName.get(normalName(name)) ?? []);
    const own = first([...new Set(places)].map((place) => read(column, place, scan.hasBlanks)));
    const { expression, type } = column.collect === undefined ? own : withCollected(own, collected, scan);
    return { ...column, raw: `v${index}`, typed: `t${index}`, expression, from: type };
  });
  return /* sql */ `
with scanned as (
    select
        ${columns.map(({ raw, expression }) => `${expression} as ${raw},`).join('\n        ')}
        ${scan.file} as file,
        ${scan.line} as line,
        ${scan.fault} as fault
    from ${scan.from}
),

typed as (
    select
        *,
        ${columns.map((column) => `${typedValue(column, source.timeZone)} as ${column.typed}`).join(',\n        ')}
    from scanned
)

select
    ${quoteLiteral(source.name)} as crm,
    ${columns.map((column) => `${storedValue(column, columns, source.name, options)} as ${quoteIdentifier(column.name)},`).join('\n    ')}
    file as ${bookkeeping.file},
    line as ${bookkeeping.line},
    ${problemOf(columns, source.name, options)} as ${bookkeeping.problem}
from typed`;
}

/** The object with the properties that stand beside it; those within it win. */
function withCollected(
  own: ScanColumn,
  collected: readonly { property: string; own: string }[],
  scan: Scan,
): ScanColumn {
  if (collected.length === 0) return own;
  const fields = collected.map(({ property, own: name }) => {
    const column = scan.columns.get(name) ?? { expression: 'null', type: 'VARCHAR' };
    return `${quoteLiteral(property)}, ${textOf(column, scan.hasBlanks)}`;
  });
  const object = own.type === 'JSON' ? own.expression : `try_cast(${own.expression} as json)`;
  return {
    expression: `json_merge_patch(json_merge_patch('{}', json_object(${fields.join(', ')})), coalesce(${object}, '{}'))`,
    type: 'JSON',
  };
}

/** The first place that holds a value. */
function first(places: readonly ScanColumn[]): ScanColumn {
  const [only] = places;
  if (only === undefined) return { expression: 'null::varchar', type: 'VARCHAR' };
  if (places.length === 1) return only;
  const type = places.every((place) => place.type === only.type) ? only.type : 'VARCHAR';
  const values = places.map(({ expression }) => (type === only.type ? expression : `(${expression})::varchar`));
  return { expression: `coalesce(${values.join(', ')})`, type };
}

/** The value as the scan gives it; nested values as JSON, everything but times as text. */
function read(column: LayoutColumn, { expression, type }: ScanColumn, hasBlanks: boolean): ScanColumn {
  const isText = /^varchar$/i.test(type);
  if (column.type === 'json') {
    if (isText) return { expression: `nullif(${expression}, '')`, type };
    return { expression: /^json$/i.test(type) ? expression : `to_json(${expression})`, type: 'JSON' };
  }
  if (/^(date|timestamp)/i.test(type)) return { expression, type };
  if (!column.keepsBlank || !isText) return { expression: textOf({ expression, type }, hasBlanks), type: 'VARCHAR' };
  return { expression: hasBlanks ? expression : `coalesce(${expression}, '')`, type };
}

function typedValue({ raw, from, type, isEpochAllowed }: ReadColumn, timeZone: string): string {
  switch (type) {
    case 'varchar':
      return `${raw}::varchar`;
    case 'json':
      return from === 'JSON' ? unwrapped(raw) : `try_cast(${raw} as json)`;
    case 'timestamptz': {
      const read = instant(raw, from, timeZone);
      return isEpochAllowed && /^varchar$/i.test(from) ? `coalesce(${epochMilliseconds(raw)}, ${read})` : read;
    }
    case 'boolean':
      return `case lower(${raw}) when 'true' then true when '1' then true when 'false' then false when '0' then false end`;
    case 'date':
      return /^varchar$/i.test(from)
        ? `case when ${isWritten(raw, 'date')} then try_cast(${raw} as date) end`
        : `${raw}::date`;
    case 'timestamp':
      return /^varchar$/i.test(from)
        ? `case when ${isWritten(raw, 'local')} then try_cast(${raw} as timestamp) end`
        : `${raw}::timestamp`;
    case 'bigint':
      // A cast alone would round.
      return `case when regexp_full_match(${raw}, '[+-]?[0-9]+') then try_cast(${raw} as bigint) end`;
    case 'double':
      return `case when regexp_full_match(${raw}, '[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?') then try_cast(${raw} as double) end`;
  }
}

/** JSON null is nothing; a string may hold the JSON text. */
function unwrapped(json: string): string {
  return `case json_type(${json}) when 'NULL' then null when 'VARCHAR' then try_cast(nullif(${json} ->> '$', '') as json) else ${json} end`;
}

function storedValue(column: ReadColumn, columns: readonly ReadColumn[], crm: string, options: RowOptions): string {
  const { privacy } = options;
  const { name, typed, keptBy, isAllowListed } = column;
  if (privacy.dropped.includes(name)) return `null::${column.type}`;
  if (privacy.hashed.includes(name)) return hashOf(`${typed}::varchar`, privacy.salt);
  const naming = columns.find((candidate) => candidate.name === keptBy);
  if (naming !== undefined) return keptValue(naming.typed, typed, privacy, column.patterns);
  if (isAllowListed) return `if(json_type(${typed}) = 'OBJECT', ${keptObject(typed, privacy, column.items)}, null)`;
  return column.leadsAt === undefined ? typed : lessForgotten(crm, typed, column.leadsAt, options);
}

function forgottenIn({ isLead, leadsAt, typed }: ReadColumn, crm: string, options: RowOptions): string {
  if (isLead) return forgottenProblem(crm, `${typed}::varchar`, options);
  return leadsAt === undefined ? '' : allForgottenProblem(crm, typed, leadsAt, options);
}

function problemOf(columns: readonly ReadColumn[], crm: string, options: RowOptions): string {
  const { privacy, now, keepRejects } = options;
  const hidden = columns.filter(
    ({ name, keptBy, isAllowListed }) =>
      keptBy !== undefined || isAllowListed || privacy.dropped.includes(name) || privacy.hashed.includes(name),
  );
  const masked = new Set(hidden.map(({ name }) => name));
  const problem = `case
        when fault is not null then fault
        ${columns.flatMap((column) => problemsOf(column, now, masked.has(column.name))).join('\n        ')}
        ${columns.map((column) => forgottenIn(column, crm, options)).join('\n        ')}
        else null::${problemType}
    end`;
  const values = columns.map(({ name, raw }) => ({ name, value: `${raw}::varchar` }));
  return keepRejects ? withText(problem, values, masked) : problem;
}

function problemsOf(
  { name, type, required, raw, typed, from, isRecorded }: ReadColumn,
  now: string,
  isHidden: boolean,
): string[] {
  const column = quoteLiteral(name);
  const problem = (code: string, reason: string): string =>
    fault(code, column, `${quoteLiteral(`${name}: `)} || ${reason}`);
  const isTime = type === 'timestamptz' && /^varchar$/i.test(from);
  const found = isHidden ? `'its value'` : shown(raw);
  const misfit = isTime && !isHidden ? whyNotInstant(`${raw}::varchar`) : `${found} || ' is no ${type}'`;
  return [
    ...(required
      ? [`when ${raw} is null or trim(${raw}::varchar) = '' then ${problem('missing-value', `'is missing'`)}`]
      : []),
    ...(type === 'varchar'
      ? []
      : [
          `when ${raw} is not null and ${typed} is null${type === 'json' ? ` and ${raw}::varchar not in ('null', '""')` : ''} then ${problem('invalid-value', misfit)}`,
        ]),
    ...(isRecorded
      ? [
          `when ${typed} > ${quoteLiteral(now)}::timestamptz then ${problem('in-the-future', `${shown(raw)} || ' lies in the future'`)}`,
        ]
      : []),
  ];
}

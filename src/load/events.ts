import { stageNames } from '../project/stages.ts';
import { quoteLiteral } from '../warehouse/warehouse.ts';
import { instant, whyNotInstant } from './instants.ts';
import { hashOf, hasOnly, keptObject, keptValue, type Privacy, textList } from './personal.ts';
import { forgottenProblem, type RowOptions } from './row-options.ts';
import {
  bookkeeping,
  fault,
  problemType,
  type Scan,
  type ScanColumn,
  shown,
  type Target,
  textOf,
  withText,
} from './scan.ts';

const eventTypes: readonly string[] = [
  'lead_created',
  'stage_entered',
  'owner_assigned',
  'outreach',
  'reply_received',
  'meeting_booked',
  'meeting_rescheduled',
  'meeting_cancelled',
  'meeting_held',
  'meeting_no_show',
  'activity',
  'property_changed',
  'lead_paused',
  'lead_resumed',
  'lead_merged',
  'lead_deleted',
];

export const requiredEventColumns: readonly string[] = ['event_id', 'occurred_at', 'lead_id', 'type'];

const eventColumns: readonly string[] = [
  'event_id',
  'occurred_at',
  'recorded_at',
  'lead_id',
  'type',
  'stage',
  'owner_id',
  'team',
  'channel',
  'properties',
];

/** Columns of raw.events in order, less file_id and line. */
export const eventTable: ReadonlyMap<string, string> = new Map([
  ['crm', 'varchar'],
  ['event_id', 'varchar'],
  ['occurred_at', 'timestamptz'],
  ['recorded_at', 'timestamptz'],
  ['lead_id', 'varchar'],
  ['type', 'varchar'],
  ['stage', 'varchar'],
  ['owner_id', 'varchar'],
  ['team', 'varchar'],
  ['channel', 'varchar'],
  ['properties', 'json'],
]);

/** Gathers the rows of an event source. */
export function eventTarget(table: string, source: { name: string; timeZone: string }, options: RowOptions): Target {
  return {
    table,
    wanted: () => eventColumns.map((name) => ({ name, path: [name], isJson: name === 'properties' })),
    singleLine: () => ['event_id', 'lead_id', 'type', 'stage', 'owner_id', 'team', 'channel'],
    select: (scan) => selectEvents(scan, source, options),
    // Properties that may not be stored cannot be told from the rest of a row that cannot be taken apart.
  };
}

function selectEvents(scan: Scan, source: { name: string; timeZone: string }, options: RowOptions): string {
  const { privacy } = options;
  const typeOf = (name: string): string => scan.columns.get(name)?.type ?? 'VARCHAR';
  const columns = eventColumns.map((name) => `${textOrTime(name, scan)} as ${name}`);
  return /* sql */ `
with scanned as (
    select
        ${columns.join(',\n        ')},
        ${scan.file} as file,
        ${scan.line} as line,
        ${scan.fault} as fault
    from ${scan.from}
),

parsed as (
    select
        * exclude (properties),
        ${instant('occurred_at', typeOf('occurred_at'), source.timeZone)} as occurred,
        ${instant('recorded_at', typeOf('recorded_at'), source.timeZone)} as recorded,
        properties as properties_text,
        try_cast(properties as json) as properties
    from scanned
)

select
    ${quoteLiteral(source.name)} as crm,
    event_id,
    occurred as occurred_at,
    coalesce(recorded, occurred) as recorded_at,
    ${['lead_id', 'type', 'stage', 'owner_id', 'team', 'channel'].map((name) => `${stored(name, privacy)} as ${name}`).join(', ')},
    ${storedProperties(privacy)} as properties,
    file as ${bookkeeping.file},
    line as ${bookkeeping.line},
    ${eventProblem(source.name, options)} as ${bookkeeping.problem}
from parsed`;
}

function stored(name: string, privacy: Privacy): string {
  if (privacy.dropped.includes(name)) return 'null::varchar';
  return privacy.hashed.includes(name) ? hashOf(name, privacy.salt) : name;
}

/** A changed property is kept by its name, all others by their own. Most objects hold nothing else, and stay as they are. */
function storedProperties(privacy: Privacy): string {
  const name = `(properties ->> '$.name')`;
  const changed = `json_object('name', ${name}, 'value', ${keptValue(name, `(properties ->> '$.value')`, privacy)})`;
  return `case
            when properties is null then null
            when ${hasOnly('properties', privacy.allowed)}
                then case when type <> 'property_changed' or list_contains(${textList(privacy.allowed)}, ${name}) then properties else ${changed} end
            when type = 'property_changed' then ${changed}
            else ${keptObject('properties', privacy)}
        end`;
}

/** Blank means absent in every format; times keep their own type, all else is text. */
function textOrTime(name: string, { columns, hasBlanks }: Scan): string {
  const column = columns.get(name);
  if (column === undefined) return 'null::varchar';
  if (name.endsWith('_at') && !/^varchar$/i.test(column.type)) return column.expression;
  return name === 'properties' ? propertiesText(column) : textOf(column, hasBlanks);
}

/** Properties may come as JSON text, as nested values, or as a JSON string that holds the JSON text. */
function propertiesText({ expression, type }: ScanColumn): string {
  if (/^varchar$/i.test(type)) return `nullif(nullif(${expression}, 'null'), '')`;
  const json = /^json$/i.test(type) ? expression : `to_json(${expression})`;
  return `nullif(nullif(if(starts_with((${json})::varchar, '"'), (${json}) ->> '$', (${json})::varchar), 'null'), '')`;
}

/** The first thing wrong with an event, in the order of its columns. */
function eventProblem(crm: string, options: RowOptions): string {
  const limit = `${quoteLiteral(options.now)}::timestamptz`;
  const masked = new Set([...options.privacy.hashed, ...options.privacy.dropped, 'properties']);
  const values = eventColumns.map((name) => ({
    name,
    value: name === 'properties' ? 'properties_text' : `${name}::varchar`,
  }));
  const problem = firstProblem(crm, options, limit);
  return options.keepRejects ? withText(problem, values, masked) : problem;
}

function firstProblem(crm: string, options: RowOptions, limit: string): string {
  return `case
        when fault is not null then fault
        ${[...missing('event_id'), ...time('occurred_at', 'occurred', limit), ...time('recorded_at', 'recorded', limit)].join('\n        ')}
        ${[...missing('lead_id'), ...missing('type'), ...unknown('type', eventTypes, 'true')].join('\n        ')}
        when type = 'stage_entered' and stage is null
            then ${fault('missing-value', `'stage'`, `'stage: is missing; stage_entered needs one'`)}
        ${unknown('stage', stageNames, `type in ('stage_entered', 'lead_created')`).join('\n        ')}
        when properties_text is not null and properties is null
            then ${fault('invalid-json', `'properties'`, `'properties: is not valid JSON'`)}
        when properties is not null and not starts_with(ltrim(properties_text, E' \\t\\r\\n'), '{')
            then ${fault('invalid-json', `'properties'`, `'properties: is not a JSON object'`)}
        ${forgottenProblem(crm, stored('lead_id', options.privacy), options)}
        else null::${problemType}
    end`;
}

function missing(column: string): string[] {
  // Text below '!' is blank or starts with a blank: only then is it worth trimming.
  return [
    `when ${column} is null or ${column} < '!' and trim(${column}, E' \\t\\r\\n') = ''
            then ${fault('missing-value', `'${column}'`, `'${column}: is missing'`)}`,
  ];
}

function time(column: string, parsed: string, now: string): string[] {
  const problem = (code: string, reason: string): string => fault(code, `'${column}'`, `'${column}: ' || ${reason}`);
  return [
    ...(column === 'occurred_at' ? [`when occurred_at is null then ${problem('missing-value', `'is missing'`)}`] : []),
    `when ${column} is not null and ${parsed} is null
            then ${problem('invalid-time', whyNotInstant(`${column}::varchar`))}`,
    `when ${parsed} < timestamptz '1970-01-01 00:00:00+00'
            then ${problem('invalid-time', `${shown(column)} || ' lies before 1970'`)}`,
    `when ${parsed} > ${now}
            then ${problem('in-the-future', `${shown(column)} || ' lies in the future'`)}`,
  ];
}

function unknown(column: string, known: readonly string[], condition: string): string[] {
  const list = known.map(quoteLiteral).join(', ');
  return [
    // A long "in (…)" would become a join, and a join does not keep the rows in the file's order.
    `when ${condition} and not list_contains([${list}], ${column})
            then ${fault(`unknown-${column}`, `'${column}'`, `'${column}: unknown ${column} ' || ${shown(column)} || ${suggestion(column, list)}`)}`,
  ];
}

/** SQL for `. Did you mean "x"?` where a known name is near, else empty text; near as in diagnostics/suggest.ts. */
function suggestion(value: string, list: string): string {
  const nearest = `list_min(list_transform(
                [${list}], lambda known: {'distance': damerau_levenshtein(lower(${value}), known), 'known': known}
            ))`;
  return `if(
                ${nearest}.distance <= length(${value}) // 3,
                '. Did you mean "' || ${nearest}.known || '"?', ''
            )`;
}

import { join } from 'node:path';
import { quoteLiteral, type Warehouse } from '../warehouse/warehouse.ts';

export type SampleFormat = 'csv' | 'ndjson' | 'parquet';

/** One export a month, by local month of recording; each delivers the last hours before its month once more. */
const exportsByMonth = /* sql */ `
with months as (
    select unnest(generate_series(
        date_trunc('month', getvariable('first_date')), getvariable('last_date')::timestamp, interval '1 month'
    )) as month
)

select
    strftime(month, '%Y-%m') as month,
    seconds(timezone('Europe/Copenhagen', month)) - 21600 as from_s,
    seconds(timezone('Europe/Copenhagen', month + interval '1 month')) as to_s
from months
order by month
`;

const csvHeader = 'event_id,occurred_at,recorded_at,lead_id,type,stage,owner_id,team,channel,properties';

const csvLine = /* sql */ `
    event_id || ',' || strftime(occurred_at, '%Y-%m-%dT%H:%M:%SZ') || ',' || strftime(recorded_at, '%Y-%m-%dT%H:%M:%SZ')
    || ',' || lead_id || ',' || type || ',' || coalesce(stage, '') || ',' || coalesce(owner_id, '')
    || ',' || coalesce(team, '') || ',' || coalesce(channel, '')
    || ',' || coalesce('"' || replace(properties, '"', '""') || '"', '')`;

const ndjsonLine = /* sql */ `
    '{"event_id":"' || event_id || '","occurred_at":"' || strftime(occurred_at, '%Y-%m-%dT%H:%M:%SZ')
    || '","recorded_at":"' || strftime(recorded_at, '%Y-%m-%dT%H:%M:%SZ') || '","lead_id":"' || lead_id
    || '","type":"' || type || '"' || coalesce(',"stage":"' || stage || '"', '')
    || coalesce(',"owner_id":"' || owner_id || '"', '') || coalesce(',"team":"' || team || '"', '')
    || coalesce(',"channel":"' || channel || '"', '') || coalesce(',"properties":' || properties, '') || '}'`;

/** The lines of one export, good and bad ones, in the order in which the CRM stored them. */
function lines(format: 'csv' | 'ndjson', range: string): string {
  return /* sql */ `
with lines as (
    select recorded_s, key, ${format === 'csv' ? csvLine : ndjsonLine} as line
    from events
    where ${range}
    union all
    select recorded_s, -1 as key, ${format} as line
    from bad_rows
    where ${range}
)

select line as "${csvHeader}"
from lines
order by recorded_s, key`;
}

function rows(range: string): string {
  return /* sql */ `
select
    event_id,
    timezone('UTC', occurred_at) as occurred_at,
    timezone('UTC', recorded_at) as recorded_at,
    lead_id, type, stage, owner_id, team, channel, properties
from events
where ${range}
order by recorded_s, key`;
}

// The lines are written as they are: a bad row could not be bad if DuckDB quoted it.
const asText = `format csv, delimiter E'\\x01', quote '', escape '', compression gzip`;

/** Writes `events-YYYY-MM.<format>` into the folder, text formats gzipped, and returns the paths in order. */
export async function writeFiles(
  warehouse: Warehouse,
  options: { folder: string; format: SampleFormat; report: (detail: string) => void },
): Promise<string[]> {
  const files: string[] = [];
  const months = await warehouse.rows<{ month: string; from_s: number; to_s: number }>(exportsByMonth);
  for (const { month, from_s, to_s } of months) {
    const range = `recorded_s >= ${from_s} and recorded_s < ${to_s}`;
    const name = `events-${month}.${options.format}${options.format === 'parquet' ? '' : '.gz'}`;
    const file = join(options.folder, name);
    options.report(name);
    await warehouse.run(copyStatement(options.format, range, file));
    files.push(file);
  }
  return files;
}

function copyStatement(format: SampleFormat, range: string, file: string): string {
  const target = quoteLiteral(file);
  if (format === 'parquet') return `copy (${rows(range)}) to ${target} (format parquet, compression zstd)`;
  return `copy (${lines(format, range)}) to ${target} (${asText}, header ${format === 'csv'})`;
}

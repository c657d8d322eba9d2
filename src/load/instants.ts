import { quoteLiteral } from '../warehouse/warehouse.ts';
import { shown } from './scan.ts';

const date = '[0-9]{4}-[0-9]{2}-[0-9]{2}';
const seconds = ':[0-9]{2}(\\.[0-9]{1,9})?';
const offset = '(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)';
const patterns = {
  date,
  // Some sync tools write the hour without its zero, which leaves nothing to guess.
  local: `${date}[T ][0-9]{1,2}:[0-9]{2}(${seconds})?`,
  withOffset: `${date}[T ][0-9]{1,2}:[0-9]{2}${seconds}${offset}`,
  minutesWithOffset: `${date}[T ][0-9]{2}:[0-9]{2}${offset}`,
} as const;

/** SQL: whether the text is written in that form of ISO 8601. DuckDB's own cast takes much more, "epoch" for one. */
export function isWritten(text: string, form: keyof typeof patterns): string {
  return `regexp_full_match(${text}, '${patterns[form]}')`;
}

/**
 * SQL that reads a date-time as timestamptz; null when it is not one. Text must be ISO 8601; without an offset it is
 * local to `timeZone` and read as DuckDB's timezone() reads it, which shifts a skipped hour and takes the second of a
 * repeated one. The commonest form has a branch of its own: `like` takes a quarter of the expression's time, and of what
 * it lets through the cast takes digits only.
 */
export function instant(value: string, type: string, timeZone: string): string {
  const zone = quoteLiteral(timeZone);
  if (/^timestamp with time zone$/i.test(type)) return value;
  if (/^timestamp/i.test(type)) return `timezone(${zone}, (${value})::timestamp)`;
  if (!/^varchar$/i.test(type)) return 'null::timestamptz';
  return `case
            when ${value} is null then null
            when ${value} like '____-__-__T__:__:__Z' then try_cast(${value} as timestamptz)
            when ${isWritten(value, 'withOffset')} then try_cast(${value} as timestamptz)
            when ${isWritten(value, 'local')} then timezone(${zone}, try_cast(${value} as timestamp))
            when ${isWritten(value, 'minutesWithOffset')}
                then try_cast(left(${value}, 16) || ':00' || substring(${value}, 17) as timestamptz)
        end`;
}

/** SQL that reads thirteen digits as milliseconds since 1970; null for any other text. */
export function epochMilliseconds(text: string): string {
  return `case when regexp_full_match(${text}, '[0-9]{13}') then make_timestamptz(${text}::bigint * 1000) end`;
}

/** SQL: why the text is no date-time, to follow the column's name. */
export function whyNotInstant(text: string): string {
  return `${shown(text)} || case
                when regexp_full_match(${text}, '[0-9]{10}([0-9]{3}){0,2}([.][0-9]+)?')
                    then ' is a Unix time, not an ISO 8601 date-time'
                when ${isWritten(text, 'date')} then ' has no time of day'
                when ${['local', 'withOffset', 'minutesWithOffset'].map((form) => isWritten(text, form as 'local')).join(' or ')}
                    then ' is not a time that exists'
                else ' is not an ISO 8601 date-time'
            end`;
}

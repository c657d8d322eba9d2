import { sql } from 'kysely';
import type { DurationCalendar } from '../project/metric.ts';
import { commaLines, type Sql } from './sql.ts';
import type { TypeQuery } from './step.ts';

/** From one instant (timestamptz) of a row of `model` to another, in a calendar. */
export interface BusinessSpan {
  readonly calendar: DurationCalendar;
  readonly start: Sql;
  readonly stop: Sql;
}

/** Columns beside those of the model, under names that no model gives a column. */
const agreement = sql.ref('(agreement in force)');
const calendarKey = sql.ref('(calendar key)');
const startReading = sql.ref('(start on the clock)');
const stopReading = sql.ref('(stop on the clock)');

/** Each row of sla.calendar_days holds so many pairs of opens_n and closes_n. */
const pairsOfDay = [1, 2, 3, 4];

/**
 * The rows with two readings of a business clock, whose difference is the open time between start and stop. The calendar
 * is that of the agreement in force at the start. Readings are looked up by UTC day, so that they are exact across clock
 * changes; beyond the calendar's days they are null.
 * @param rows the model, or what stands in its place.
 */
export function clockSource({ calendar, start, stop }: BusinessSpan, rows: Sql): NonNullable<TypeQuery['source']> {
  const columns = [
    sql`agreements.agreement as ${agreement}`,
    sql`calendars.calendar_key as ${calendarKey}`,
    sql`${reading('start_days', start)} as ${startReading}`,
    sql`${reading('stop_days', stop)} as ${stopReading}`,
  ];
  const query = sql`select
        model.*,
        ${commaLines(columns)}
    from ${rows} as model
    left join sla.agreements as agreements
        on ${start} >= agreements.effective_at
        and (agreements.superseded_at is null or ${start} < agreements.superseded_at)
    left join sla.calendars as calendars
        on calendars.agreement = agreements.agreement and calendars.calendar = ${nameOf(calendar)}
    left join sla.calendar_days as start_days
        on start_days.calendar_key = calendars.calendar_key
        and start_days.utc_day = epoch_us(${start}) // 86400000000
    left join sla.calendar_days as stop_days
        on stop_days.calendar_key = calendars.calendar_key
        and stop_days.utc_day = epoch_us(${stop}) // 86400000000`;
  return { steps: [{ name: 'clocked', query }], relation: sql`clocked` };
}

/** The open microseconds from the calendar's first day to the instant. */
function reading(days: string, instant: Sql): Sql {
  const of = (column: string) => sql.ref(`${days}.${column}`);
  const pairs = pairsOfDay.map(
    (pair) => sql`greatest(0, least(epoch_us(${instant}), ${of(`closes_${pair}`)}) - ${of(`opens_${pair}`)})`,
  );
  return sql.join([of('open_before_us'), ...pairs], sql.raw('\n            + '));
}

function nameOf(calendar: DurationCalendar): Sql {
  return calendar.kind === 'name' ? sql.lit(calendar.name) : sql`cast(model.${sql.ref(calendar.column)} as varchar)`;
}

/** Whether a row has a calendar: not where no agreement was in force, or where its column names none. */
export const hasCalendar: Sql = sql`model.${calendarKey} is not null`;

/**
 * The open microseconds of a row, null unless it has a calendar and stops at or after its start. A name that the agreement
 * does not know fails the query, and so does an instant beyond the calendar.
 */
export function businessTime({ calendar, start, stop }: BusinessSpan): Sql {
  const name = nameOf(calendar);
  return sql`case
            when model.${agreement} is not null and ${name} is not null and model.${calendarKey} is null
                then error('agreement "' || model.${agreement} || '" has no calendar "' || ${name} || '"')
            when model.${calendarKey} is null or ${stop} < ${start} or ${stop} is null
                then null
            when model.${startReading} is null or model.${stopReading} is null
                then error(
                    'calendar "' || ${name} || '" does not hold all of '
                    || make_timestamp(epoch_us(${start})) || ' to ' || make_timestamp(epoch_us(${stop})) || ' UTC'
                )
            else model.${stopReading} - model.${startReading}
        end`;
}

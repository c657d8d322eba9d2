import * as z from 'zod';
import { localDate, localText, name } from './agreement-parts-schema.ts';
import { isLocalDate, parseInterval } from './opening-hours.ts';

const interval = z
  .string()
  .meta({ pattern: String.raw`^\s*\d{2}:\d{2}\s*[-–]\s*\d{2}:\d{2}\s*$`, examples: ['08:00-16:00'] })
  .transform((text, context) => {
    const parsed = parseInterval(text);
    if (parsed !== undefined) return parsed;
    context.addIssue({ code: 'custom', message: `"${text}" is not hours such as "08:00-16:00"` });
    return z.NEVER;
  });
const intervals = z.array(interval).min(1, 'no hours: leave the day out when it is closed');
const openOn = (day: string) =>
  intervals.optional().describe(`Opening hours on ${day}s, such as ["08:00-16:00"]. Left out: closed.`);

const hours = z.strictObject({
  mon: openOn('Monday'),
  tue: openOn('Tuesday'),
  wed: openOn('Wednesday'),
  thu: openOn('Thursday'),
  fri: openOn('Friday'),
  sat: openOn('Saturday'),
  sun: openOn('Sunday'),
});

const reducedRange = z.strictObject({
  from: localDate.describe('First date.'),
  to: localDate.describe('Last date.'),
  title: localText.describe('What the site calls it.'),
});

export const calendar = z.strictObject({
  time_zone: z
    .string()
    .optional()
    .describe("IANA zone of the hours, such as Europe/London. Left out: the agreement's."),
  hours: hours.default({}).describe('When the team is at work. A close at or before the open runs past midnight.'),
  holidays: z
    .union([name, z.array(name)])
    .default([])
    .describe('Sets of holidays of seeds/holidays.csv, such as dk; they close the day.'),
  closed: z
    .record(z.string(), z.union([name, localText]))
    .default({})
    .describe('Further dates that are closed, each with its name, in one language or in both.'),
  special_hours: z
    .record(z.string(), z.array(interval).min(1, 'no hours: list a date that is closed under "closed"'))
    .default({})
    .describe("Dates with hours of their own. They replace the weekday's, and win over a holiday."),
  reduced: z
    .array(reducedRange)
    .default([])
    .describe('Ranges of dates with fewer people at work: clocks run, and the "reduced" promises hold.'),
});

const teamCalendar = z.string();
export const team = z.union([
  teamCalendar,
  z.strictObject({
    calendar: teamCalendar.describe("The team's calendar."),
    capacity_per_day: z
      .int()
      .positive()
      .optional()
      .describe('New MQLs a day that the team can take; to those beyond it the "surge" promises hold.'),
  }),
]);

/** `2026-07-06`, or `2026-07-06/2026-07-24` with both included. */
const absence = z
  .string()
  .meta({ examples: ['2026-07-06/2026-07-24'] })
  .transform((text, context) => {
    const [from = '', to = from, ...more] = text.split('/').map((date) => date.trim());
    if (isLocalDate(from) && isLocalDate(to) && from <= to && more.length === 0) return { from, to };
    context.addIssue({
      code: 'custom',
      message: `"${text}" is not a date, or two with a slash between, such as 2026-07-06/2026-07-24`,
    });
    return z.NEVER;
  });

export const person = z.strictObject({
  calendar: teamCalendar.describe('The calendar whose time zone, holidays and closed days hold for the person too.'),
  hours: hours.optional().describe('When the person is at work. Left out: as the calendar.'),
  absent: z.array(absence).default([]).describe('Dates away from work. No reasons: nobody needs them here.'),
});

export type CalendarYaml = z.infer<typeof calendar>;
export type HoursYaml = z.infer<typeof hours>;

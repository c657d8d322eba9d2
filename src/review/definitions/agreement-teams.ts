import { dateRange } from '../../agreement/document-format.ts';
import type { Agreement, Person, Team } from '../../project/agreement.ts';
import { weekTerms } from './agreement-hours.ts';
import { instead, part, presence, type Term } from './agreement-term.ts';

/** Whose clocks run by which calendar: leads without a team, the teams, and people's own hours. */
export function teamsTerms({ defaultCalendar, teams, people }: Agreement): Term[] {
  return [
    {
      path: 'default_calendar',
      field: 'default_calendar',
      value: defaultCalendar,
      text: defaultCalendar,
      phrases: {
        added: `leads without a team follow the calendar ${defaultCalendar}`,
        removed: 'leads without a team follow no calendar',
        changed: (from) => `leads without a team follow the calendar ${defaultCalendar} instead of ${from}`,
      },
    },
    ...teams.flatMap((team) => teamTerms(team, defaultCalendar)),
    ...people.flatMap(personTerms),
  ];
}

function teamTerms({ team, calendar, capacityPerDay }: Team, defaultCalendar: string): Term[] {
  const path = `teams.${part(team)}`;
  const limit = capacityPerDay === undefined ? '' : ` and can take ${capacityPerDay} MQLs a day`;
  return [
    presence('teams', path, `${calendar}${limit}`, {
      added: `${team} follows the calendar ${calendar}${limit} (leads without a team follow ${defaultCalendar})`,
      removed: `${team} is no team of its own any more and follows the calendar ${defaultCalendar}`,
    }),
    {
      path: `${path}.calendar`,
      field: 'teams.calendar',
      value: calendar,
      text: calendar,
      phrases: {
        added: `${team} follows the calendar ${calendar}`,
        removed: `${team} follows no calendar of its own`,
        changed: (from) => `${team} follows the calendar ${calendar} instead of ${from}`,
      },
    },
    ...(capacityPerDay === undefined ? [] : [capacityTerm(team, capacityPerDay)]),
  ];
}

function capacityTerm(team: string, capacityPerDay: number): Term {
  const text = `${capacityPerDay} MQLs`;
  return {
    path: `teams.${part(team)}.capacity_per_day`,
    field: 'teams.capacity_per_day',
    value: capacityPerDay,
    text,
    phrases: {
      added: `${team} can take ${text} a day, beyond which the surge promises hold`,
      removed: `there is no limit any more to the MQLs that ${team} can take a day`,
      changed: (from) => `${team} can take ${instead(text, from)} a day`,
    },
  };
}

/** They compare people and judge nobody, so that they are harder or easier for no side. */
function personTerms({ ownerId, calendar, hours, absent }: Person): Term[] {
  const path = `people.${part(ownerId)}`;
  const week = {
    field: 'people.hours',
    path: `${path}.hours`,
    opens: `${ownerId} works`,
    rests: `${ownerId} does not work`,
    judges: false,
  };
  return [
    presence('people', path, calendar, {
      added: `${ownerId} has working hours of their own`,
      removed: `${ownerId} no longer has working hours of their own`,
    }),
    {
      path: `${path}.calendar`,
      field: 'people.calendar',
      value: calendar,
      text: calendar,
      phrases: {
        added: `${ownerId} follows the calendar ${calendar}`,
        removed: `${ownerId} follows no calendar`,
        changed: (from) => `${ownerId} follows the calendar ${calendar} instead of ${from}`,
      },
    },
    ...(hours === undefined
      ? []
      : [
          presence('people.hours', `${path}.hours`, 'of their own', {
            added: `${ownerId} works other hours than the calendar ${calendar}`,
            removed: `${ownerId} works the hours of the calendar ${calendar}`,
          }),
          ...weekTerms(hours, week),
        ]),
    ...absent.map(({ from, to }): Term => {
      const range = dateRange(from, to, 'en');
      return {
        path: `${path}.absent.${from}`,
        field: 'people.absent',
        value: to,
        text: range,
        until: to,
        phrases: {
          added: `${ownerId} is away, ${range}`,
          removed: `${ownerId} is not away any more, ${range}`,
          changed: (before) => `${ownerId} is away, ${range} instead of ${before}`,
        },
      };
    }),
  ];
}

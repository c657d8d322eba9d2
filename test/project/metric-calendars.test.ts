import { expect, test } from 'vitest';
import { checkCalendars } from '../../src/project/metric-calendars.ts';
import { metric } from '../metrics/project.ts';

const duration = (calendar: string) =>
  metric(
    'speed',
    `type: duration\nmodel: leads\nstart: mql_at\nstop: answered_at\nclock: business\ncalendar: ${calendar}`,
  );

test.each([
  ['one of two agreements has it', 'oslo', [['copenhagen'], ['oslo', 'copenhagen']], []],
  ['a column names it', '{ column: calendar }', [], []],
  ['a typing mistake', 'copenhagn', [['copenhagen']], [{ fix: 'Did you mean "copenhagen"?' }]],
  ['unlike any', 'kontor', [['copenhagen'], ['oslo']], [{ expected: 'one of copenhagen, oslo' }]],
  ['no agreement', 'kontor', [], [{ expected: 'an agreement with calendars in metrics/agreements/' }]],
])('%s', (_, calendar, names, problems) => {
  const found = checkCalendars(
    [duration(calendar)],
    names.map((calendars) => ({ calendars: calendars.map((name) => ({ name })) })),
  );
  expect(found).toMatchObject(problems);
  for (const problem of found) expect(problem).toMatchObject({ code: 'unknown-calendar', line: 13 });
});

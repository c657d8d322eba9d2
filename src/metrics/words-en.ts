/**
 * The clauses of which a metric's definition in words is made; the shape of every other language. SQL and names come in
 * backticks already.
 */
export const english = {
  locale: 'en-GB',
  and: 'and',
  rows: (model: string, conditions: string) => `rows of ${model}${conditions && ` where ${conditions}`}`,
  rowsWithValue: (model: string, conditions: string) =>
    `rows of ${model} that have one${conditions && `, where ${conditions}`}`,

  count: (rows: string) => `the number of ${rows}`,
  distinct: (key: string, isOne: boolean, rows: string) =>
    `the number of different ${isOne ? 'values' : 'combinations'} of ${key} among the ${rows}; a row where ${isOne ? 'it' : 'one of them'} is missing does not count`,
  sum: (value: string, rows: string) => `the sum of ${value} over the ${rows}; a row without a value adds nothing`,
  average: (value: string, rows: string) => `the average of ${value} over the ${rows}`,
  ratio: (rows: string, hit: string) => `of the ${rows}, the share where ${hit}`,
  percentile: (name: string, value: string, rows: string, share: string) =>
    `the ${name} of ${value} over the ${rows}: ${share} of them lie at or below it`,
  half: 'half',
  median: 'median',
  percentileNamed: (hundredths: string) => `${hundredths}${ordinal(hundredths)} percentile`,
  meanName: 'average',
  missingLongest: 'a row without a value ranks longest; where the figure falls among those it is shown as “over x”',

  duration: (statistic: string, start: string, stop: string, rows: string, unit: string) =>
    `the ${statistic} time from ${start} to ${stop}, over the ${rows}, in ${unit}`,
  durationUnit: { minutes: 'minutes', hours: 'hours', days: 'days of 24 hours' },
  firstEvent: (rows: string, by: string, time: string) =>
    `the first ${time} at or after it in the ${rows} with the same ${by}`,
  openCalendar: (calendar: string) => `only time in which the agreement’s calendar ${calendar} is open counts`,
  openColumn: (column: string) => `only time in which the calendar named by ${column} is open counts`,
  unfinishedLongest:
    'what has not stopped yet ranks longest; where the figure falls among those it is shown as “over x”',
  unfinishedOut: 'what has not stopped yet is left out',

  conversion: (rows: string, to: string, when: string) => `of the ${rows}, the share with ${to} ${when}`,
  conversionEntities: (key: string, rows: string, to: string, when: string) =>
    `of the different ${key} among the ${rows}, the share with ${to} ${when}`,
  conversionsShare: (rows: string, to: string, when: string) =>
    `on average for each of the ${rows}: how many ${to} there are ${when}`,
  toColumn: (column: string, conditions: string) => `a ${column}${conditions && `, where ${conditions},`}`,
  toColumns: (column: string, conditions: string) => `${column}${conditions && `, where ${conditions},`}`,
  toEvent: (time: string, rows: string, by: string) => `a ${time} in the ${rows} with the same ${by},`,
  toEvents: (time: string, rows: string, by: string) => `${time} in the ${rows} with the same ${by}`,
  withinHours: (from: string, days: string, isOne: boolean) =>
    `at ${from} or within ${days} ${isOne ? 'day' : 'days'} of 24 hours after it`,
  sameDate: (from: string) => `at or after ${from} on the same local date`,
  withinDates: (from: string, more: string, isOne: boolean) =>
    `at or after ${from}, on its local date or ${isOne ? 'the date' : `one of the ${more} dates`} after it`,
  toDate: (from: string) => `at or after ${from}, whenever that is`,
  attribution: {
    every: 'an event counts for every row whose window it lies in',
    first: 'an event counts once: for the first row whose window it lies in',
    latest: 'an event counts once: for the latest row whose window it lies in',
  },
  immature: 'until the window of a period’s last row has ended, its figure can still rise',

  rolling: (metric: string, periods: string) => `${metric} over ${periods} periods: each with those before it`,
  rollingOne: (metric: string) => `${metric} of the period alone`,
  quarterToDate: (metric: string) => `${metric} from the start of the quarter to the end of the period`,
  yearToDate: (metric: string) => `${metric} from the start of the fiscal year to the end of the period`,
  ever: (metric: string) => `${metric} from the first row to the end of the period`,
  derived: (expression: string, inputs: string) =>
    `${expression}, worked out from what ${inputs} came to in the same period`,
  derivedNone: (isOne: boolean) =>
    `where ${isOne ? 'that' : 'one of them'} has no value, or the result is not a finite number, there is none`,
  ratioOfMetrics: (above: string, below: string) =>
    `the value of ${above} divided by that of ${below} in the same period`,
  ratioNone: 'where one of them has no value, or the second is zero, there is none',

  dated: (time: string) => `a row belongs to the period in which its ${time} lies`,
  pending: (condition: string) => `rows where ${condition} can still change it`,
  beside: (condition: string) => `rows where ${condition} are shown beside it and take no part`,
  sample: (rows: string) => `with fewer than ${rows} rows nothing is called a trend`,
  goal: (target: string) => `its own goal is ${target}; what the agreement promises comes first`,
  atLeast: (target: string) => `at least ${target}`,
  atMost: (target: string) => `at most ${target}`,
  units: { percent: ' %', count: '', minutes: ' minutes', hours: ' hours', days: ' days', number: '', amount: '' },
};

export type Phrases = typeof english;

/** 1st, 2nd, 3rd, 4th … 11th; of a fraction as of its last digit. */
function ordinal(number: string): string {
  if (/1[123]$/.test(number)) return 'th';
  return { 1: 'st', 2: 'nd', 3: 'rd' }[number.at(-1) ?? ''] ?? 'th';
}

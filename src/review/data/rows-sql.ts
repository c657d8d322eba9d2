import type { SharedColumn } from './rows-columns.ts';

/** The two tables that hold a model's rows, and the columns that both have. */
export interface ComparedTables {
  /** SQL of the tables. */
  readonly before: string;
  readonly after: string;
  /** None where rows are compared whole. */
  readonly key: readonly SharedColumn[];
  readonly values: readonly SharedColumn[];
}

/**
 * SQL of common table expressions, the last of which is `pairs`: a row for each row of a side, or pair of them, with
 * has_before, has_after, is_both, is_changed; key_0 …; before_0 …, after_0 … and differs_0 … of the values. Names are
 * numbers, so that no column's name can be in the way.
 */
export interface RowPairs {
  readonly sql: string;
  readonly key: readonly SharedColumn[];
  readonly values: readonly SharedColumn[];
}

/** Rows paired by their key; with `hasRepeats` those whose key stands in several rows of a side are compared whole. */
export function pairsOf(tables: ComparedTables, hasRepeats: boolean): RowPairs {
  const { key, values } = tables;
  const keys = key.map((_, index) => `key_${index}`);
  const isSameKey = (left: string, right: string): string =>
    keys.map((name) => `${left}.${name} is not distinct from ${right}.${name}`).join(' and ');
  const numbered = (table: string): string =>
    `select ${[...keysOf(key), ...valuesOf(values)].join(', ')} from ${table}`;
  const repeated = (side: string): string =>
    `select ${keys.join(', ')} from all_${side} group by all having count(*) > 1`;
  const isRepeated = (side: string): string => `exists (from repeated where ${isSameKey('repeated', side)})`;
  const single = (side: string): string =>
    hasRepeats ? `from all_${side} as side where not ${isRepeated('side')}` : `from all_${side}`;
  const ctes = [
    ['all_before', numbered(tables.before)],
    ['all_after', numbered(tables.after)],
    ...(hasRepeats ? [['repeated', `${repeated('before')} union ${repeated('after')}`]] : []),
    ['earlier', `select *, true as has_row ${single('before')}`],
    ['later', `select *, true as has_row ${single('after')}`],
    ['joined', joined(key, values, `full join later on ${isSameKey('earlier', 'later')}`)],
    ...(hasRepeats ? wholeParts({ key, values }, isRepeated) : []),
    ['pairs', hasRepeats ? 'from joined union all from whole' : 'from joined'],
  ];
  return { sql: withAll(ctes), key, values };
}

/** Rows compared whole: equal ones cancel each other, as often as both sides have them. Numbers are not rounded. */
export function wholeRows({ before, after, values }: ComparedTables): RowPairs {
  const numbered = (table: string): string => `select ${valuesOf(values).join(', ') || '1 as nothing'} from ${table}`;
  const ctes = [
    ['all_before', numbered(before)],
    ['all_after', numbered(after)],
    ...wholeParts({ key: [], values }, undefined),
    ['pairs', 'from whole'],
  ];
  return { sql: withAll(ctes), key: [], values };
}

function withAll(ctes: readonly (readonly string[])[]): string {
  return `with\n${ctes.map(([name, sql]) => `${name} as (${sql})`).join(',\n')}`;
}

function keysOf(key: readonly SharedColumn[]): string[] {
  return key.map(({ quoted, how }, index) => `${how === 'text' ? `${quoted}::varchar` : quoted} as key_${index}`);
}

function valuesOf(values: readonly SharedColumn[]): string[] {
  return values.map(({ quoted, how }, index) => `${how === 'text' ? `${quoted}::varchar` : quoted} as value_${index}`);
}

function joined(key: readonly SharedColumn[], values: readonly SharedColumn[], join: string): string {
  const differs = values.map(({ how }, index) => differsAt(how, index));
  const columns = [
    'earlier.has_row is not null as has_before',
    'later.has_row is not null as has_after',
    'has_before and has_after as is_both',
    ...differs.map((sql, index) => `is_both and ${sql} as differs_${index}`),
    `${differs.map((_, index) => `differs_${index}`).join(' or ') || 'false'} as is_changed`,
    ...key.map((_, index) => `if(has_after, later.key_${index}, earlier.key_${index}) as key_${index}`),
    ...values.flatMap((_, index) => [
      `earlier.value_${index} as before_${index}`,
      `later.value_${index} as after_${index}`,
    ]),
  ];
  return `select ${columns.join(', ')} from earlier ${join}`;
}

function differsAt(how: SharedColumn['how'], index: number): string {
  const [before, after] = [`earlier.value_${index}`, `later.value_${index}`];
  const differs = `${before} is distinct from ${after}`;
  if (how !== 'close') return `(${differs})`;
  // Of infinite numbers and of what is none, the difference would be within every bound.
  return `(
        ${differs}
        and not coalesce(
            isfinite(${before}::double)
            and isfinite(${after}::double)
            and abs(${before} - ${after}) <= 1e-9 * greatest(abs(${before}), abs(${after})),
            false
        )
    )`;
}

/** `whole`: rows that only one side has, or has more often, and those that both have. */
function wholeParts(
  { key, values }: Pick<RowPairs, 'key' | 'values'>,
  isRepeated: ((side: string) => string) | undefined,
): string[][] {
  const rows = (side: string): string =>
    isRepeated === undefined ? `from all_${side}` : `from all_${side} as side where ${isRepeated('side')}`;
  const columns = (isBefore: boolean, isAfter: boolean): string =>
    [
      `${isBefore} as has_before`,
      `${isAfter} as has_after`,
      `${isBefore && isAfter} as is_both`,
      ...values.map((_, index) => `false as differs_${index}`),
      'false as is_changed',
      ...key.map((_, index) => `key_${index}`),
      ...values.flatMap((_, index) => [
        `${isBefore ? `value_${index}` : 'null'} as before_${index}`,
        `${isAfter ? `value_${index}` : 'null'} as after_${index}`,
      ]),
    ].join(', ');
  return [
    ['whole_before', rows('before')],
    ['whole_after', rows('after')],
    [
      'whole',
      `
    select ${columns(true, true)} from (from whole_before intersect all from whole_after)
    union all
    select ${columns(true, false)} from (from whole_before except all from whole_after)
    union all
    select ${columns(false, true)} from (from whole_after except all from whole_before)`,
    ],
  ];
}

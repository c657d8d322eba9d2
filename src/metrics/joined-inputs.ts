import { sql } from 'kysely';
import { nameOfSet, type Shape } from './shape.ts';
import { commaLines, type Sql } from './sql.ts';
import { noEstimate, type Step } from './step.ts';

/** What is known of the metrics that another is made of. */
export interface Inputs {
  /** Its rows as in main.metric_values, those in force only: one per grain, period, dimension and value of it. */
  readonly sourceOf: (name: string) => Sql;
  /** Whether it is zero where nothing happened, for which it has no row. */
  readonly isAmount: (name: string) => boolean;
}

/** What stands in the columns numerator and denominator. */
interface Parts {
  readonly numerator: Sql;
  readonly denominator: Sql;
}

/** A name with a space, as no metric has one: an expression can not mean it. */
const theRow = sql.raw('"the row"');

const keys = ['grain', 'period_start', 'dimension', 'dimension_value'];
const keyList = sql.raw(keys.join(', '));

/**
 * From the rows of other metrics to the step `measures`: each metric's value is a column of its name, and `value` is
 * worked out where every one of them has a value. What comes out infinite or as no number is no value.
 */
export function joinedInputs(
  names: readonly string[],
  options: {
    readonly shape: Shape;
    readonly inputs: Inputs;
    readonly value: Sql;
    readonly parts?: Parts;
  },
): readonly Step[] {
  const { shape, inputs, value, parts } = options;
  return [
    ...names.map((name, index) => inputStep(index, inputs.sourceOf(name), shape)),
    { name: 'input_keys', query: unionOf(names) },
    joined(names, inputs),
    evaluated(names, value, parts),
    measures,
  ];
}

function inputName(index: number): Sql {
  return sql.raw(`input_${index + 1}`);
}

function inputStep(index: number, source: Sql, shape: Shape): Step {
  const grains = shape.grains.map((grain) => sql.lit(grain));
  const dimensions = shape.sets.map((set) => sql.lit(nameOfSet(shape, set)));
  return {
    name: `input_${index + 1}`,
    query: sql`select
        ${keyList},
        case when isfinite(value) then value end as value,
        sample_size,
        pending
    from ${source} as input
    where
        grain in (${sql.join(grains)})
        and dimension in (${sql.join(dimensions)})`,
  };
}

function unionOf(names: readonly string[]): Sql {
  return sql.join(
    names.map((_, index) => sql`select ${keyList} from ${inputName(index)}`),
    sql`\n    union\n    `,
  );
}

function joined(names: readonly string[], inputs: Inputs): Step {
  const each = (columnOf: (input: Sql) => Sql) => names.map((_, index) => columnOf(inputName(index)));
  const fields = [
    ...keys.map((key) => sql.raw(`${key} := input_keys.${key}`)),
    sql`sample_size := least(${sql.join(each((input) => sql`coalesce(${input}.sample_size, 0)`))})`,
    sql`pending := ${sql.join(
      each((input) => sql`coalesce(${input}.pending, 0)`),
      sql` + `,
    )}`,
  ];
  const joins = names.flatMap((name, index) => {
    const input = inputName(index);
    const own = sql`\n    left join ${input} using (${keyList})`;
    return inputs.isAmount(name) ? [own, sql`\n    left join ${firstPeriods(name, index)} using (grain)`] : [own];
  });
  return {
    name: 'joined',
    query: sql`select
        struct_pack(
            ${commaLines(fields, 12)}
        ) as ${theRow},
        ${commaLines(names.map((name, index) => sql`${inputValue(name, index, inputs)} as ${sql.ref(name)}`))}
    from input_keys${sql.join(joins, sql``)}`,
  };
}

/** Zero where others have a row and it has none, unless it had not begun: rows of a total leave no gap from the first. */
function inputValue(name: string, index: number, inputs: Inputs): Sql {
  const input = inputName(index);
  if (!inputs.isAmount(name)) return sql`${input}.value`;
  const first = sql.raw(`first_${index + 1}`);
  return sql`case
            when ${input}.grain is not null then ${input}.value
            when input_keys.period_start >= ${first}.first_start then 0
        end`;
}

/** Of the whole metric, also where a condition leaves out its first rows: what began elsewhere is zero here. */
function firstPeriods(name: string, index: number): Sql {
  const first = sql.raw(`first_${index + 1}`);
  return sql`(
        select grain, min(period_start) as first_start
        from main.metric_values
        where metric = ${sql.lit(name)} and is_in_force
        group by grain
    ) as ${first}`;
}

function evaluated(names: readonly string[], value: Sql, parts: Parts | undefined): Step {
  const nothing = sql`cast(null as double)`;
  const areKnown = sql.join(
    names.map((name) => sql`${sql.ref(name)} is not null`),
    sql` and `,
  );
  return {
    name: 'evaluated',
    query: sql`select
        ${theRow},
        ${parts?.numerator ?? nothing} as "the numerator",
        ${parts?.denominator ?? nothing} as "the denominator",
        case
            when ${areKnown} then cast(${value} as double)
        end as "the value"
    from joined`,
  };
}

const measures: Step = {
  name: 'measures',
  query: sql`select
        ${theRow}.*,
        "the numerator" as numerator,
        "the denominator" as denominator,
        case when isfinite("the value") then "the value" end as value,
        cast(null as double) as lower_95,
        cast(null as double) as upper_95,
        cast(0 as bigint) as beside,
        ${commaLines(noEstimate)},
        cast(null as double) as over_value,
        case when ${theRow}.pending = 0 then value end as lowest,
        lowest as highest
    from evaluated`,
};

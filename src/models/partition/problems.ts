/** Why a model cannot be computed for some partitions alone, and what to do about it. */
export interface PartitionProblem {
  readonly reason: string;
  /** Bytes from the start of the model's SQL, or of that of `model`. */
  readonly position: number | undefined;
  /** The ephemeral model whose SQL it stands in. */
  readonly model?: string;
}

/** The wording of each reason; `key` is the column that tells the partition. */
export const reasons = {
  window: (key: string) => `this window mixes rows of different ${key}: add ${key} to its partition by`,
  groups: (key: string) => `this grouping mixes rows of different ${key}: add ${key} to its group by`,
  allRows: (key: string) =>
    `this aggregate takes rows of every ${key} together: add group by ${key} (a subquery can be tied to the row outside by ${key} instead), or move it into a model that is built whole`,
  distinct: (key: string) => `DISTINCT compares rows of different ${key}: add ${key} to the columns that it compares`,
  limit: (key: string) =>
    `LIMIT and OFFSET count rows of every ${key} together: keep the first of each with row_number() over (partition by ${key} order by …)`,
  sample: 'a sample has other rows at every run: leave it out',
  join: (left: string, right: string) =>
    `this join lets rows of different keys meet: add ${left} = ${right} to its condition`,
  lost: (key: string) =>
    `this select leaves out the key ${key}, and what it makes is joined or read further: keep ${key}`,
  preserved: (key: string) =>
    `this join keeps rows of a table that is not cut by ${key} when nothing matches, and would do so in every partition: start from the table that has ${key}, or use an inner join`,
  asof: (key: string) =>
    `this ASOF join looks for the best match among rows of every ${key}: start from the table that has ${key}`,
  semi: (key: string) =>
    `rows of a table that is not cut by ${key} are chosen by rows of one that is: start from the table that has ${key}`,
  positional: 'a POSITIONAL join pairs rows by their place in the whole table: join on columns',
  subquery: (key: string) =>
    `this subquery reads rows of every ${key}: tie it to the row outside by ${key}, or move it into a model that is built whole`,
  outerAggregate: 'this aggregate in a subquery is of columns of the query outside: move it out of the subquery',
  union: (key: string) =>
    `the two sides of this set operation have no column in the same place that is ${key} in both: select ${key} in both at the same place`,
  unionWithWhole: (key: string) =>
    `this set operation puts rows that belong to no ${key} beside rows that do: they would appear in every partition`,
  recursion: (key: string) =>
    `the recursive step leaves the ${key} that it started from: join it on ${key} and keep ${key} in its place`,
  replaces: 'USING KEY replaces rows of one partition by those of another: leave it out',
  unknown: (why: string) => `this cannot be told to stay within one partition: ${why}`,
  schema: (table: string) => `${table} is read with its schema and would not be cut: write it without one`,
  noKeyColumn: (table: string, column: string) => `${table} has no column ${column} to be cut by`,
  unread: (table: string) => `the input ${table} is not read: take it out of the inputs`,
  noOutput: (key: string) => `the result has no column ${key}: select it`,
  notKey: (key: string) => `${key} of the result is not the key of an input, unchanged: select it as it is read`,
  nothingCut: (key: string) => `the result reads nothing that is cut by ${key}: build the model as a whole`,
};

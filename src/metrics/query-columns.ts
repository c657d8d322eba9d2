/** The columns of a value with DuckDB's names of their types, in their order; dimensions follow `period_end`. */
const keyColumns = [
  ['metric', 'VARCHAR'],
  ['version', 'INTEGER'],
  ['grain', 'VARCHAR'],
  ['period_start', 'DATE'],
  ['period_end', 'DATE'],
] as const;

const valueColumns = [
  ['unit', 'VARCHAR'],
  ['value', 'DOUBLE'],
  ['numerator', 'DOUBLE'],
  ['denominator', 'DOUBLE'],
  ['lower_95', 'DOUBLE'],
  ['upper_95', 'DOUBLE'],
  ['sample_size', 'BIGINT'],
  ['target', 'DOUBLE'],
  ['target_source', 'VARCHAR'],
  ['status', 'VARCHAR'],
  ['is_complete', 'BOOLEAN'],
  ['is_final', 'BOOLEAN'],
  ['is_mature', 'BOOLEAN'],
  ['maturity', 'VARCHAR'],
  ['pending', 'BIGINT'],
  ['beside', 'BIGINT'],
  ['estimate', 'DOUBLE'],
  ['estimate_lower_95', 'DOUBLE'],
  ['estimate_upper_95', 'DOUBLE'],
  ['estimate_days', 'DOUBLE'],
  ['over_value', 'DOUBLE'],
] as const;

const changeColumns = [
  ['previous_value', 'DOUBLE'],
  ['difference', 'DOUBLE'],
  ['change', 'VARCHAR'],
] as const;

const taken = new Set<string>([...keyColumns, ...valueColumns, ...changeColumns].map(([name]) => name));

/** The column in which a dimension stands. */
export function columnOfDimension(dimension: string): string {
  return taken.has(dimension) ? `by_${dimension}` : dimension;
}

/** The columns of a result in their order. */
export function columnsOf(by: readonly string[], isCompared: boolean): { name: string; type: string }[] {
  const dimensions = by.map((dimension) => [columnOfDimension(dimension), 'VARCHAR'] as const);
  const all = [...keyColumns, ...dimensions, ...valueColumns, ...(isCompared ? changeColumns : [])];
  return all.map(([name, type]) => ({ name, type }));
}

/** SQL of what a filter has chosen; '' stands for everything. */
export function condition(column, chosen) {
  return chosen === '' ? 'true' : `${column} = '${chosen.replaceAll("'", "''")}'`;
}

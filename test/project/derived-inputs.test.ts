import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { derivedInputs } from '../../src/project/derived-inputs.ts';
import { parseExpression } from '../../src/warehouse/expression.ts';
import { type FunctionKinds, readFunctionKinds } from '../../src/warehouse/functions.ts';
import { Warehouse } from '../../src/warehouse/warehouse.ts';

const names = new Set(['won_amount', 'mql_volume', 'round', 'e5', 'date', 'double', 'end', 'æbler']);

let warehouse: Warehouse;
let functions: FunctionKinds;
beforeAll(async () => {
  warehouse = await Warehouse.open(':memory:', { threads: 1 });
  functions = await readFunctionKinds(warehouse);
});
afterAll(() => warehouse.close());

const cases: readonly (readonly [string, readonly string[]])[] = [
  ['won_amount / mql_volume', ['mql_volume', 'won_amount']],
  ['won_amount + won_amount * 2', ['won_amount']],
  ['Won_Amount / MQL_VOLUME', ['mql_volume', 'won_amount']],
  ['"won_amount" / "Mql_Volume"', ['mql_volume', 'won_amount']],
  ['"won""amount" + 1', []],
  ['round(won_amount, 2)', ['won_amount']],
  ['round (won_amount)', ['won_amount']],
  ['round /* a comment */ (won_amount)', ['won_amount']],
  ['round + won_amount', ['round', 'won_amount']],
  ["won_amount + length('mql_volume')", ['won_amount']],
  ["won_amount + length('it''s mql_volume')", ['won_amount']],
  ["won_amount + length(E'it\\'s mql_volume')", ['won_amount']],
  ['won_amount + length($$mql_volume$$)', ['won_amount']],
  ['won_amount + length($a$mql_volume $$ $a$)', ['won_amount']],
  ['won_amount -- / mql_volume', ['won_amount']],
  ['won_amount -- first\n / mql_volume', ['mql_volume', 'won_amount']],
  ['won_amount /* mql_volume */', ['won_amount']],
  ['1e5 * won_amount + 1_000 + 0.5e5', ['won_amount']],
  ['cast(won_amount as double)', ['won_amount']],
  ['won_amount::double / 2', ['won_amount']],
  ['case when won_amount > 0 then mql_volume end', ['mql_volume', 'won_amount']],
  ['won_amount_2 + mql', []],
  ['æbler + 1', ['æbler']],
  ['won_amount/mql_volume', ['mql_volume', 'won_amount']],
  ['-won_amount^2', ['won_amount']],
  ['1', []],
];

describe('the metrics that an expression names', () => {
  test.each(cases)('%s', (expression, expected) => {
    expect(derivedInputs(expression, names)).toEqual(expected);
  });

  test.each(cases)('%s: as DuckDB reads it', async (expression, expected) => {
    const { columns, problems } = await parseExpression(warehouse, expression, functions);
    expect(problems).toEqual([]);
    const read = new Set(columns.map(({ name }) => name.toLowerCase()).filter((name) => names.has(name)));
    expect([...read].sort()).toEqual(expected);
  });

  test.each(["'not closed", '"not closed', '/* /* not closed */', '$$ not closed', ''])(
    '%s is no name',
    (expression) => {
      expect(derivedInputs(expression, names)).toEqual([]);
    },
  );

  test('comments in slashes nest', () => {
    expect(derivedInputs('won_amount /* /* a */ mql_volume */ + 1', names)).toEqual(['won_amount']);
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { warnOfUnmatchedBreaches, writeBreachLog } from '../../src/agreement/breach-log.ts';
import { type BreachLogEntry, readBreachLog } from '../../src/project/breach-log.ts';
import { Warehouse } from '../../src/warehouse/warehouse.ts';

const text = `lead_id,clause,due_on,cause,closed_on
L1,first_response,2026-03-02,It's a holiday,2026-03-09
L2,follow_up,,Left,
L3,follow_up,2026-03-03,Left,
L4,follow_up,,Left,
L5,follow_up,2026-03-04,Left,
`;
let warehouse: Warehouse;
let entries: readonly BreachLogEntry[];
beforeEach(async () => {
  warehouse = await Warehouse.open(':memory:');
  await warehouse.run('create schema sla');
  entries = readBreachLog({ path: 'metrics/breaches/a.csv', text }, []);
  await writeBreachLog(warehouse, entries);
});
afterEach(() => warehouse.close());

describe('writeBreachLog', () => {
  it('writes every line, numbered', async () => {
    const rows = await warehouse.rows('from sla.breach_log where entry_no <= 2 order by entry_no');
    expect(rows).toEqual([
      {
        entry_no: 1,
        lead_id: 'L1',
        clause: 'first_response',
        due_on: '2026-03-02',
        cause: "It's a holiday",
        action: null,
        responsible: null,
        closed_on: '2026-03-09',
      },
      {
        entry_no: 2,
        lead_id: 'L2',
        clause: 'follow_up',
        due_on: null,
        cause: 'Left',
        action: null,
        responsible: null,
        closed_on: null,
      },
    ]);
  });

  it('writes an empty table where there is no log', async () => {
    await writeBreachLog(warehouse, []);
    expect(await warehouse.rows('from sla.breach_log')).toEqual([]);
  });
});

describe('warnOfUnmatchedBreaches', () => {
  it('names the line and what it could have meant', async () => {
    await warehouse.run(`
      create table main.int_breach_log as
      from (values
          (1, true, '2026-03-02'), (2, false, '2026-03-02, 2026-03-20'), (3, false, '2026-03-02'), (4, false, null),
          (5, false, null)
      ) as rows(entry_no, is_matched, due_dates)`);
    const warnings = await warnOfUnmatchedBreaches(warehouse, entries);
    expect(
      warnings.map(({ severity, file, line, code, message, expected }) => [
        severity,
        `${file}:${line}`,
        code,
        message,
        expected,
      ]),
    ).toEqual([
      [
        'warning',
        'metrics/breaches/a.csv:3',
        'ambiguous-breach',
        'lead "L2" has several breaches of follow_up',
        'due_on: one of 2026-03-02, 2026-03-20',
      ],
      [
        'warning',
        'metrics/breaches/a.csv:4',
        'no-such-breach',
        'no breach of follow_up due on 2026-03-03 by lead "L3"',
        'due_on: 2026-03-02',
      ],
      [
        'warning',
        'metrics/breaches/a.csv:5',
        'no-such-breach',
        'no breach of follow_up by lead "L4"',
        expect.stringContaining('handover show breaches'),
      ],
      [
        'warning',
        'metrics/breaches/a.csv:6',
        'no-such-breach',
        'no breach of follow_up due on 2026-03-04 by lead "L5"',
        expect.any(String),
      ],
    ]);
  });

  it('says nothing in a project without the model', async () => {
    expect(await warnOfUnmatchedBreaches(warehouse, entries)).toEqual([]);
  });
});

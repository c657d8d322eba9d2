import type { Columns } from '../models/table-columns.ts';
import { quoteIdentifier, type Warehouse } from '../warehouse/warehouse.ts';

/** Something that an agreement decides lead by lead, and where it stands. */
interface Judgement {
  readonly promise: string;
  /** Model → the columns of it that are read. */
  readonly models: Readonly<Record<string, readonly string[]>>;
  /**
   * SQL of one row for each thing that is judged: lead_id, item (what of the lead: a cycle, a meeting), dated_at,
   * verdict, agreement, clause, is_counted (in the rate), is_kept.
   */
  readonly sql: string;
}

const ofCycles = (model: string): string => `
    select
        lead_id,
        cycle_no::varchar as item,
        mql_at as dated_at,
        status as verdict,
        agreement,
        promise as clause,
        is_counted,
        status = 'met' as is_kept
    from main.${model}`;

const cycleColumns = ['lead_id', 'cycle_no', 'mql_at', 'status', 'agreement', 'promise', 'is_counted'];
const promiseColumns = ['lead_id', 'cycle_no', 'mql_at', 'agreement'];

const judgements: readonly Judgement[] = [
  { promise: 'first_response', models: { lead_responses: cycleColumns }, sql: ofCycles('lead_responses') },
  { promise: 'follow_up', models: { lead_follow_ups: cycleColumns }, sql: ofCycles('lead_follow_ups') },
  { promise: 'acceptance', models: { lead_acceptances: cycleColumns }, sql: ofCycles('lead_acceptances') },
  {
    promise: 'meeting_outcome',
    models: {
      meetings: [
        ...['lead_id', 'meeting_id', 'slot_no', 'scheduled_for'],
        ...['report_status', 'agreement', 'promise', 'is_report_counted'],
      ],
    },
    sql: `
    select
        lead_id,
        meeting_id || '/' || slot_no as item,
        scheduled_for as dated_at,
        report_status as verdict,
        agreement,
        promise as clause,
        is_report_counted as is_counted,
        report_status = 'met' as is_kept
    from main.meetings`,
  },
  {
    promise: 'icp_match',
    models: { int_cycle_promises: [...promiseColumns, 'icp_match'] },
    sql: `
    select
        lead_id,
        cycle_no::varchar as item,
        mql_at as dated_at,
        if(icp_match, 'match', 'no match') as verdict,
        agreement,
        'icp' as clause,
        true as is_counted,
        icp_match as is_kept
    from main.int_cycle_promises
    where icp_match is not null`,
  },
  {
    promise: 'mql_criteria',
    models: {
      int_cycle_promises: [...promiseColumns, 'is_excluded'],
      int_cycle_scores: ['lead_id', 'cycle_no', 'criteria_verdict'],
    },
    sql: `
    select
        promises.lead_id,
        promises.cycle_no::varchar as item,
        promises.mql_at as dated_at,
        scores.criteria_verdict as verdict,
        promises.agreement,
        'criteria' as clause,
        true as is_counted,
        scores.criteria_verdict = 'agreed' as is_kept
    from main.int_cycle_promises as promises
    inner join main.int_cycle_scores as scores
        on promises.lead_id = scores.lead_id and promises.cycle_no = scores.cycle_no
    where scores.criteria_verdict is not null and not promises.is_excluded`,
  },
];

/** Models that hold verdicts, of those that a project has. */
export function modelsWithVerdicts(names: ReadonlySet<string>): string[] {
  return [...new Set(judgementsOf(names).flatMap(({ models }) => Object.keys(models)))];
}

/** Of models with their columns those whose verdicts can be read: a project may call a model of its own `meetings`. */
export function modelsToJudgeBy(columns: ReadonlyMap<string, Columns>): ReadonlySet<string> {
  const reads = (model: string): readonly string[] =>
    judgements.flatMap(({ models }) => Object.entries(models)).flatMap(([name, read]) => (name === model ? read : []));
  return new Set([...columns.keys()].filter((name) => reads(name).every((column) => columns.get(name)?.has(column))));
}

/**
 * Keeps what is judged now in simulation.<table>: as `judgements` has it, with `promise` and its place. In a schema of
 * its own, because the runner drops what it does not know in main. `names`: the models that there are.
 */
export async function keepVerdicts(work: Warehouse, table: string, names: ReadonlySet<string>): Promise<void> {
  const kept = `simulation.${quoteIdentifier(table)}`;
  await work.run(`
    create schema if not exists simulation;
    create or replace table ${kept} (
        place integer,
        promise varchar,
        lead_id varchar,
        item varchar,
        dated_at timestamptz,
        verdict varchar,
        agreement varchar,
        clause varchar,
        is_counted boolean,
        is_kept boolean
    )`);
  for (const judgement of judgementsOf(names)) {
    const { promise, sql } = judgement;
    await work.run(`insert into ${kept} select ${judgements.indexOf(judgement)}, '${promise}', * from (${sql})`);
  }
}

function judgementsOf(names: ReadonlySet<string>): Judgement[] {
  return judgements.filter(({ models }) => Object.keys(models).every((model) => names.has(model)));
}

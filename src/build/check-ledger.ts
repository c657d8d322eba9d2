import type { ContractResult } from '../contracts/check.ts';
import { compareLedger } from '../ledger/compare.ts';
import { type LoadState, readState } from '../load/ledger.ts';
import type { PlannedModel } from '../models/plan.ts';
import type { BuildInput } from '../project/ledger.ts';
import type { Project } from '../project/project.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { earlyRows } from './early-rows.ts';
import { type LedgerInputs, ledgerInputs, writeBuildInputs } from './ledger-inputs.ts';

/** Whether somebody asked for the build's as_of, so that `check` knows it too. */
const askedTable = 'state.ledger_asked';

interface LedgerRun {
  readonly asOf: string;
  /** as_of was asked for, and not told by the data. */
  readonly isAsOfAsked: boolean;
  readonly state: LoadState;
}

/**
 * Compares this build with what was published of closed periods: writes main.restatements and main.build_inputs, and adds
 * to main.contract_results, which must be there, whether each period still shows what it did.
 */
export async function checkLedger(
  work: Warehouse,
  project: Project,
  planned: readonly PlannedModel[],
  run: LedgerRun,
): Promise<ContractResult[]> {
  const inputs = ledgerInputs(project, planned, run.state);
  await writeBuildInputs(work, inputs.all);
  await work.insert(askedTable, { is_asked: 'boolean' }, [{ is_asked: run.isAsOfAsked }]);
  return compare(work, project, { ...run, inputs });
}

/** The same of the last build, whatever the project's files say by now. */
export async function checkLedgerAgain(
  work: Warehouse,
  project: Project,
  planned: readonly PlannedModel[],
  asOf: string,
): Promise<ContractResult[]> {
  const state = await readState(work);
  if (state === undefined || !(await work.hasTable('state', 'ledger_asked'))) return [];
  const all = await work.rows<BuildInput>('select kind, name, hash from main.build_inputs');
  const [asked] = await work.rows<{ is_asked: boolean }>(`from ${askedTable}`);
  const run = { asOf, isAsOfAsked: asked?.is_asked ?? false, state };
  return compare(work, project, { ...run, inputs: { ...ledgerInputs(project, planned, state), all } });
}

async function compare(
  work: Warehouse,
  { ledger, metrics, config }: Project,
  run: LedgerRun & { readonly inputs: LedgerInputs },
): Promise<ContractResult[]> {
  const { all, fileNames, isMadeFrom } = run.inputs;
  const { retentionMonths } = config;
  const results = await compareLedger(work, {
    ...{ ledger, metrics, inputs: all, isMadeFrom, asOf: run.asOf, isAsOfAsked: run.isAsOfAsked },
    ...(retentionMonths === undefined ? {} : { retentionMonths }),
    earlyRows: (periods) => earlyRows(work, { files: run.state.files, fileNames }, periods),
  });
  const contracts = results.map((result): ContractResult => ({ ...result, model: null, sample: null, rowsIn: null }));
  await addResults(work, contracts);
  return contracts;
}

async function addResults(work: Warehouse, results: readonly ContractResult[]): Promise<void> {
  if (results.length === 0) return;
  const columns = {
    ...{ metric: 'varchar', rule: 'varchar', severity: 'varchar', passed: 'boolean' },
    ...{ observed: 'varchar', expected: 'varchar', file: 'varchar', line: 'integer' },
  };
  const rows = results.map(({ metric, rule, severity, passed, observed, expected, place }) => ({
    ...{ metric, rule, severity, passed, observed, expected },
    ...{ file: place?.file ?? null, line: place?.line ?? null },
  }));
  const table = 'state.ledger_results';
  await work.insert(table, columns, rows);
  await work.run(`insert into main.contract_results by name from ${table}; drop table ${table}`);
}

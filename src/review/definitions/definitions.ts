import { Warehouse } from '../../warehouse/warehouse.ts';
import { type DefinitionChange, definitionKinds, type Side } from '../types.ts';
import { compareAgreements } from './agreements.ts';
import { compareContracts } from './contracts.ts';
import { compareDecisions } from './decisions.ts';
import { byName } from './definition-change.ts';
import { gravity } from './fields.ts';
import { compareImprovements } from './improvements.ts';
import { compareLedger } from './ledger.ts';
import { compareMetrics } from './metrics.ts';
import { compareModels } from './models.ts';
import { compareSeeds } from './seeds.ts';
import { compareSettings } from './settings.ts';
import { readSqlForms, sqlTextsOf } from './sql-forms.ts';

/** What two states of a project define otherwise, gravest first. `today`: YYYY-MM-DD. */
export async function compareDefinitions(
  base: Side,
  head: Side,
  { today }: { readonly today: string },
): Promise<DefinitionChange[]> {
  const [before, after] = [base.project, head.project];
  const parser = await Warehouse.open(':memory:', { threads: 1 });
  try {
    const forms = await readSqlForms(parser, new Set([...sqlTextsOf(before), ...sqlTextsOf(after)]));
    const changes: DefinitionChange[] = [
      ...compareAgreements(before, after, { today }),
      ...compareMetrics(before, after, forms),
      ...compareContracts(before, after, forms),
      ...compareModels(base, head),
      ...(await compareSeeds(parser, before, after)),
      ...compareSettings(before, after),
      ...compareLedger(before, after),
      ...compareImprovements(before, after),
      ...compareDecisions(before, after),
    ];
    return changes
      .filter((change) => !isUnread(change, { base, head }))
      .sort((left, right) => place(left) - place(right) || byName(left, right));
  } finally {
    parser.close();
  }
}

/** What stands in a file that the other side has and cannot be read is neither gone nor new: nobody can tell. */
function isUnread(
  { change, file }: DefinitionChange,
  { base, head }: Readonly<Record<'base' | 'head', Side>>,
): boolean {
  if (change !== 'removed' && change !== 'added') return false;
  const { problems } = change === 'removed' ? head : base;
  return problems.some((problem) => problem.file !== undefined && stemOf(problem.file) === stemOf(file));
}

/** A model's .sql and .yml, and the versions of a metric, tell of one thing. */
function stemOf(path: string): string {
  return path.replace(/(\.v\d+)?\.(sql|yml|csv)$/, '');
}

function place({ class: kindOf, kind }: DefinitionChange): number {
  return gravity.indexOf(kindOf) * definitionKinds.length + definitionKinds.indexOf(kind);
}

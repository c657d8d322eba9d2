import type { AuditTables } from './audit.ts';
import { type Answer, type Asked, answer, askedOf } from './metric-rule.ts';
import { masked } from './personal.ts';
import { failUnlessRefused, uncheckable } from './refused.ts';
import { type ContractContext, counted, sampleSize } from './rule.ts';

/** Selects of a contract's own find no row that breaks the rule. */
export async function ownSelects(context: ContractContext, audit: AuditTables): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (const entry of askedOf(context.project.metrics, 'sql')) answers.push(await ask(context, audit, entry));
  return answers;
}

async function ask(context: ContractContext, audit: AuditTables, entry: Asked<'sql'>): Promise<Answer> {
  const { warehouse } = context;
  const { metric, rule } = entry;
  const common = { rule: `sql(${rule.name})`, expected: 'no rows' };
  const rows = `(\n${rule.select}\n)`;
  try {
    const [found] = await warehouse.rows<{ breaks: number }>(`select count(*) as breaks from ${rows} as broken`);
    const breaks = found?.breaks ?? 0;
    if (breaks === 0) return answer(context, entry, { ...common, passed: true, observed: 'no row breaks it' });
    const shown = await warehouse.rows<{ shown: string }>(
      `select distinct ${masked('cast(broken as varchar)')} as shown from ${rows} as broken
      order by shown limit ${sampleSize}`,
    );
    const sample = shown.map((row) => row.shown).join('; ');
    const rowsIn = await audit.keepSelect(`${metric.name}__${rule.name}`, rule.select);
    const observed = `${counted(breaks, 'row')}: ${sample}`;
    return answer(context, entry, { ...common, passed: false, observed, sample, rowsIn });
  } catch (error) {
    const refused = failUnlessRefused(error, { contractOf: metric.name, file: rule.place.file });
    return answer(context, entry, { ...common, ...uncheckable(refused) });
  }
}

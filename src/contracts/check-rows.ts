import type { ModelFile } from '../project/model-file.ts';
import { quoteIdentifier, type Warehouse } from '../warehouse/warehouse.ts';
import type { AuditTables } from './audit.ts';
import { failUnlessRefused, uncheckable } from './refused.ts';
import { type RowRule, toResult } from './row-rule.ts';
import { type ContractContext, type ContractResult, counted, sampleSize } from './rule.ts';

interface RowCheck {
  readonly context: ContractContext;
  readonly model: ModelFile;
  readonly audit: AuditTables;
}

/** Checks rules of a model in one scan; only what that scan throws doubt on is looked at again. */
export async function checkRows(
  check: RowCheck,
  rules: readonly RowRule[],
): Promise<ReadonlyMap<RowRule, ContractResult>> {
  const doubted = await doubtedSigns(check, rules, `main.${quoteIdentifier(check.model.name)}`);
  const results = new Map<RowRule, ContractResult>();
  for (const rule of rules) {
    const isDoubted = rule.signs.length === 0 || rule.signs.some((sign) => doubted.has(sign));
    results.set(rule, isDoubted ? await lookCloser(check, rule) : toResult(rule));
  }
  return results;
}

/**
 * The signs of rules that are not 0 over some rows of the model. Rules often share one; when the scan fails, say at a
 * cast, all are in doubt.
 */
export async function doubtedSigns(
  { context, model }: Pick<RowCheck, 'context' | 'model'>,
  rules: readonly RowRule[],
  rows: string,
): Promise<ReadonlySet<string>> {
  const signs = [...new Set(rules.flatMap((rule) => rule.signs))];
  if (signs.length === 0) return new Set();
  const counts = signs.map((sign, index) => `${sign} as sign_${index}`);
  try {
    const [row] = await context.warehouse.rows<Record<string, number>>(`select ${counts.join(', ')} from ${rows}`);
    return new Set(signs.filter((_sign, index) => row?.[`sign_${index}`] !== 0));
  } catch (error) {
    failUnlessRefused(error, { contractOf: model.name, file: model.at([]).file });
    return new Set(signs);
  }
}

async function lookCloser({ context, model, audit }: RowCheck, rule: RowRule): Promise<ContractResult> {
  const { warehouse, columns } = context;
  try {
    const [found] = await warehouse.rows<{ breaks: number }>(`select count(*) as breaks from (${rule.evidence})`);
    const breaks = found?.breaks ?? 0;
    if (breaks === 0) return toResult(rule);
    const sample = await examples(warehouse, rule);
    const trouble = rule.trouble === undefined ? '' : ` ${rule.trouble}`;
    const observed = `${counted(breaks, rule.noun)}${trouble}: ${sample}`;
    const rowsIn = await audit.keep(model, rule, columns.get(model.name) ?? new Map());
    return toResult(rule, { passed: false, observed, sample, rowsIn });
  } catch (error) {
    return toResult(rule, uncheckable(failUnlessRefused(error, { contractOf: model.name, file: model.at([]).file })));
  }
}

/** The first few in order, so that the same data always show the same ones. */
async function examples(warehouse: Warehouse, rule: RowRule): Promise<string> {
  const rows = await warehouse.rows<{ shown: string }>(
    `select distinct shown from (${rule.evidence}) order by shown limit ${sampleSize}`,
  );
  return rows.map((row) => row.shown).join('; ');
}

import type { ModelFile } from '../project/model-file.ts';
import type { YamlPath } from '../project/yaml-file.ts';
import { quoteIdentifier, type Warehouse } from '../warehouse/warehouse.ts';
import { type ContractResult, counted, sampleSize } from './rule.ts';

/** A rule that each row of a model keeps or breaks by itself. */
export interface RowRule {
  readonly rule: string;
  /** SQL: true for a row that breaks it. */
  readonly breaks: string;
  /** SQL: how a row that breaks it is told. */
  readonly shows: string;
  readonly expected: string;
  readonly path: YamlPath;
}

/** Checks all row rules of a model in one scan; only those that fail are looked at again, for examples. */
export async function checkRowRules(
  warehouse: Warehouse,
  model: ModelFile,
  rules: readonly RowRule[],
): Promise<ContractResult[]> {
  if (rules.length === 0) return [];
  const counts = rules.map((rule, index) => `count(*) filter (where ${rule.breaks}) as rule_${index}`);
  const from = `from main.${quoteIdentifier(model.name)}`;
  const [row] = await warehouse.rows<Record<string, number>>(`select ${counts.join(', ')} ${from}`);
  const results: ContractResult[] = [];
  for (const [index, rule] of rules.entries()) {
    const breaks = row?.[`rule_${index}`] ?? 0;
    const sample = breaks === 0 ? null : await examples(warehouse, from, rule);
    results.push({
      metric: null,
      model: model.name,
      rule: rule.rule,
      severity: 'error',
      passed: breaks === 0,
      observed: breaks === 0 ? 'every row keeps it' : `${counted(breaks, 'row')}: ${sample}`,
      expected: rule.expected,
      sample,
      place: model.at(rule.path),
    });
  }
  return results;
}

/** The first few in order, so that the same data always show the same ones. */
async function examples(warehouse: Warehouse, from: string, rule: RowRule): Promise<string> {
  const rows = await warehouse.rows<{ shown: string }>(
    `select distinct ${rule.shows} as shown ${from} where ${rule.breaks} order by shown limit ${sampleSize}`,
  );
  return rows.map((row) => row.shown).join('; ');
}

/** SQL for the row's key as readers know it: `lead_id = L-17, cycle_no = 2`; all of the row where no grain is stated. */
export function showKey(model: ModelFile): string {
  if (model.grain.length === 0) return `cast(${quoteIdentifier(model.name)} as varchar)`;
  const parts = model.grain.map(
    (name) => `'${name.replaceAll("'", "''")} = ' || coalesce(cast(${quoteIdentifier(name)} as varchar), 'null')`,
  );
  return parts.join(` || ', ' || `);
}

import { specOf } from '../metrics/query-definitions.ts';
import { planQuery } from '../metrics/query-plan.ts';
import { columnsRead } from '../metrics/query-reads.ts';
import type { LocalText, MetricSpec } from '../project/metric.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { type ColumnOrigin, originsOf } from './explain-lineage.ts';
import { type Queried, type QueryRequest, readPublished } from './query.ts';

export type { ColumnOrigin, NamedColumn } from './explain-lineage.ts';

/** What stands behind the values of one version of a metric. */
export interface MetricExplanation {
  /** Its name, version, type, owner, unit, changes and all else that its file says, but for its contract. */
  readonly definition: MetricSpec;
  /** The file, from the project's root. */
  readonly file: string;
  /** What is computed, in words that are told from the definition. */
  readonly words: LocalText;
  readonly promises: readonly MetricPromise[];
  /** The models that it reads, those of its inputs too. */
  readonly models: readonly string[];
  /** The columns that it reads, and the raw columns behind them; null where no run has written that down yet. */
  readonly lineage: readonly ColumnOrigin[] | null;
  /** What was checked of it in the build that published it. */
  readonly contracts: readonly CheckedRule[];
  /** What was checked of the models that it reads. */
  readonly modelContracts: readonly { readonly model: string; readonly rules: number; readonly broken: number }[];
  /** What is run for the request, of this version. */
  readonly sql: string;
  /** Where that looks up what the build computed: by which query. Null where it computes itself. */
  readonly buildSql: string | null;
}

/** What an agreement promises of a metric. */
export interface MetricPromise {
  readonly agreement: string;
  /** ISO instants; null: not superseded yet. */
  readonly effectiveAt: string;
  readonly supersededAt: string | null;
  readonly promise: string;
  /** In the metric's unit, shares of 1. */
  readonly target: number;
  /** For periods of this length only; null: for all. */
  readonly grain: string | null;
  /** For this team only; null: for everybody. */
  readonly team: string | null;
  /** For the quarter that starts then; null: for all. */
  readonly quarterStart: string | null;
}

/** A rule about a metric, with its evidence. */
export interface CheckedRule {
  readonly rule: string;
  readonly severity: 'error' | 'warn';
  readonly passed: boolean;
  readonly observed: string;
  readonly expected: string;
}

/**
 * What stands behind the answer to a request, metric by metric, without computing it.
 * @throws DiagnosticsError as `query` does.
 */
export async function explain(project: Queried, request: QueryRequest): Promise<readonly MetricExplanation[]> {
  return readPublished(project, request, async (warehouse, files) => {
    const { parts, definitions, isPublished } = await planQuery(warehouse, request);
    const specs = definitions.map(specOf);
    const explanations: MetricExplanation[] = [];
    for (const { definition, sql } of parts) {
      const columns = await columnsRead(warehouse, specOf(definition), request, specs);
      const models = [...new Set(columns.map(({ table }) => table))];
      const { buildSql, ...text } = await readText(warehouse, definition);
      explanations.push({
        definition: specOf(definition),
        ...text,
        promises: await readPromises(warehouse, definition.metric),
        models,
        lineage: originsOf(files.manifest, columns) ?? null,
        contracts: await readRules(warehouse, definition),
        modelContracts: await countRules(warehouse, models),
        sql,
        buildSql: isPublished ? buildSql : null,
      });
    }
    return explanations;
  });
}

interface Key {
  readonly metric: string;
  readonly version: number;
}

async function readText(
  warehouse: Warehouse,
  { metric, version }: Key,
): Promise<Pick<MetricExplanation, 'file' | 'words' | 'buildSql'>> {
  const [row] = await warehouse.rows<{ file: string; sql: string; words_en: string; words_da: string }>(
    'select file, sql, words_en, words_da from main.metric_definitions where metric = $1 and version = $2',
    [metric, version],
  );
  return {
    file: row?.file ?? '',
    buildSql: row?.sql ?? null,
    words: { en: row?.words_en ?? '', da: row?.words_da ?? '' },
  };
}

async function readPromises(warehouse: Warehouse, metric: string): Promise<MetricPromise[]> {
  return warehouse.rows<MetricPromise>(
    `select
        targets.agreement,
        agreements.effective_at as "effectiveAt",
        agreements.superseded_at as "supersededAt",
        targets.promise,
        targets.target,
        targets.grain,
        targets.team,
        targets.quarter_start as "quarterStart"
    from sla.targets as targets
    inner join sla.agreements as agreements on agreements.agreement = targets.agreement
    where targets.metric = $1
    order by agreements.effective_at, targets.grain, targets.team, targets.quarter_start`,
    [metric],
  );
}

/** A rule about one version of several names it by its version. */
async function readRules(warehouse: Warehouse, { metric, version }: Key): Promise<CheckedRule[]> {
  return warehouse.rows<CheckedRule>(
    `select rule, severity, passed, observed, expected
    from main.contract_results
    where metric in ($1, $2)
    order by passed, rule`,
    [metric, `${metric}.v${version}`],
  );
}

async function countRules(
  warehouse: Warehouse,
  models: readonly string[],
): Promise<MetricExplanation['modelContracts']> {
  return warehouse.rows(
    `select model, count(*) as rules, count(*) filter (where not passed) as broken
    from main.contract_results
    where metric is null and list_contains($1::json::varchar[], model)
    group by model
    order by model`,
    [JSON.stringify(models)],
  );
}

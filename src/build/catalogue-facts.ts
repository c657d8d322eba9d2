import { columnsRead } from '../metrics/query-reads.ts';
import { type Lineages, traceColumn } from '../models/lineage/trace.ts';
import type { Metric } from '../project/metric.ts';
import { currentMetrics } from '../project/metric-inputs.ts';
import type { Project } from '../project/project.ts';
import type { CatalogueMetric } from '../state/catalogue-schema.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { splitModels } from './crms.ts';

type Told = 'contracts' | 'reconciliations' | 'history' | 'restatements' | 'improvements' | 'decisions' | 'lineage';

/** What a build found out of each metric, by name, beside what files say; and of each version (`win_rate.v1`) its SQL. */
export interface CatalogueFacts {
  readonly metrics: ReadonlyMap<string, Pick<CatalogueMetric, Told>>;
  readonly sql: ReadonlyMap<string, string>;
}

/** Reads the work file after metrics were evaluated and contracts checked. */
export async function readCatalogueFacts(
  work: Warehouse,
  project: Project,
  lineages: Lineages,
): Promise<CatalogueFacts> {
  const { metrics } = project;
  const outlined = new Set(splitModels(project).outlined.map(({ name }) => `main.${name}`));
  const [contracts, reconciliations, history, restatements, improvements, decisions] = [
    await readContracts(work),
    await readReconciliations(work),
    await readHistory(work),
    await readRestatements(work),
    await readImprovements(work),
    await readDecisions(work),
  ];
  const told = new Map<string, Pick<CatalogueMetric, Told>>();
  for (const [name, metric] of currentMetrics(metrics)) {
    told.set(name, {
      contracts: contracts.get(name) ?? [],
      reconciliations: reconciliations.get(name) ?? [],
      history: history.get(name) ?? [],
      restatements: restatements.get(name) ?? [],
      improvements: improvements.get(name) ?? [],
      decisions: decisions.get(name) ?? [],
      lineage: await readOrigins(work, metric, { metrics, lineages, outlined }),
    });
  }
  const rows = await work.rows<{ name: string; sql: string }>(
    `select metric || '.v' || version as name, sql from main.metric_definitions`,
  );
  return { metrics: told, sql: new Map(rows.map(({ name, sql }) => [name, sql])) };
}

/** Rows by the metric that they are about, in their order. */
async function byMetric<T extends object>(work: Warehouse, sql: string): Promise<ReadonlyMap<string, T[]>> {
  const found = new Map<string, T[]>();
  for (const { metric, ...row } of await work.rows<T & { metric: string }>(sql)) {
    // What is left is T by the select.
    found.set(metric, [...(found.get(metric) ?? []), row as T & object]);
  }
  return found;
}

function readContracts(work: Warehouse) {
  return byMetric<CatalogueMetric['contracts'][number]>(
    work,
    `select
        metric,
        rule,
        severity,
        passed,
        -- Behind the colon are keys of rows, parts of a dimension, or a value that could not be read.
        if(
            sample is null and rows_in is null and not starts_with(observed, 'it could not be checked: '),
            observed,
            split_part(observed, ': ', 1)
        ) as observed,
        expected,
        file,
        line
    from main.contract_results
    where metric is not null
    order by metric, rule`,
  );
}

async function readReconciliations(work: Warehouse) {
  if (!(await work.hasTable('main', 'metric_reconciliations')))
    return new Map<string, CatalogueMetric['reconciliations']>();
  return byMetric<CatalogueMetric['reconciliations'][number]>(
    work,
    `select
        metric,
        from_version,
        to_version,
        count(*) as periods,
        count(*) filter (where not is_same) as differing,
        arg_max(
            {
                'grain': grain,
                'period_start': cast(period_start as varchar),
                'value_from': value_from,
                'value_to': value_to,
                'difference': difference
            },
            {'size': abs(difference), 'period_start': period_start, 'grain': grain}
        ) filter (where not is_same and difference <> 0) as largest_difference
    from main.metric_reconciliations
    where dimension = 'all'
    group by metric, from_version, to_version
    order by metric, from_version`,
  );
}

function readHistory(work: Warehouse) {
  return byMetric<CatalogueMetric['history'][number]>(
    work,
    `select
        metric,
        grain,
        period_start,
        period_end,
        version,
        value,
        over_value,
        numerator,
        denominator,
        sample_size,
        lower_95,
        upper_95,
        target,
        target_source,
        status,
        maturity,
        estimate,
        estimate_lower_95,
        estimate_upper_95,
        previous_value,
        change
    from main.metric_values
    where dimension = 'all' and is_in_force and is_complete
    qualify row_number() over (partition by metric, grain order by period_start desc) <= 13
    order by metric, case grain when 'week' then 1 when 'month' then 2 else 3 end, period_start`,
  );
}

async function readRestatements(work: Warehouse) {
  if (!(await work.hasTable('main', 'restatements'))) return new Map<string, CatalogueMetric['restatements']>();
  return byMetric<CatalogueMetric['restatements'][number]>(
    work,
    `select
        metric,
        period,
        grain,
        period_start,
        version_published,
        version_now,
        value_published,
        value_now,
        difference,
        status_published,
        status_now,
        cause,
        {'en': cause_en, 'da': cause_da} as cause_words,
        is_beyond,
        is_acknowledged,
        reason,
        acknowledged_by,
        acknowledged_on
    from main.restatements
    order by metric, period_start, grain`,
  );
}

function readImprovements(work: Warehouse) {
  return byMetric<CatalogueMetric['improvements'][number]>(
    work,
    `select
        metric,
        improvement,
        {'en': title_en, 'da': title_da} as title,
        agreed_on,
        agreed_by,
        since,
        until,
        is_open,
        verdict,
        {'en': sentence_en, 'da': sentence_da} as sentence
    from main.improvements
    order by metric, since, improvement`,
  );
}

function readDecisions(work: Warehouse) {
  return byMetric<CatalogueMetric['decisions'][number]>(
    work,
    `select
        metric,
        review,
        held_on,
        {'en': title_en, 'da': title_da} as title,
        decided_by,
        responsible,
        due_on,
        done_on,
        target_from,
        target_to
    from main.decisions
    where metric is not null
    order by metric, held_on desc, review, decision_no`,
  );
}

async function readOrigins(
  work: Warehouse,
  metric: Metric,
  known: {
    readonly metrics: readonly Metric[];
    readonly lineages: Lineages;
    /** Tables that stand empty for models of CRMs without a source. */
    readonly outlined: ReadonlySet<string>;
  },
): Promise<CatalogueMetric['lineage']> {
  const columns = await columnsRead(work, metric, {}, known.metrics);
  return columns.map(({ table, column }) => {
    const { values, unknown } = traceColumn(known.lineages, table, column);
    const from = values
      .filter((origin) => !known.outlined.has(origin.table))
      .map((origin) => ({ table: origin.table, column: origin.column }));
    return {
      table,
      column,
      from: from.sort((left, right) => (nameOf(left) < nameOf(right) ? -1 : 1)),
      unknown: unknown.map((doubt) => `${nameOf(doubt)}: ${doubt.reason}`),
    };
  });
}

function nameOf({ table, column }: { readonly table: string; readonly column: string }): string {
  return `${table}.${column}`;
}

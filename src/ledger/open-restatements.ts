import type { Ledger } from '../project/ledger.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

/** A value that is another than published, beyond tolerance, and that nobody gave a reason for. */
export interface OpenRestatement {
  readonly period: string;
  readonly metric: string;
  /** The version that was published. */
  readonly version: number;
  readonly fromValue: number | null;
  readonly toValue: number | null;
  readonly toStatus: string | null;
  readonly unit: string | null;
}

/** Those that the last build found, less what the ledger has learned since. In order of period and metric. */
export async function openRestatements(
  warehouse: Warehouse,
  { acknowledgements }: Pick<Ledger, 'acknowledgements'>,
): Promise<OpenRestatement[]> {
  if (!(await warehouse.hasTable('main', 'restatements'))) return [];
  const rows = await warehouse.rows<OpenRestatement>(/* sql */ `
    select
        period,
        metric,
        version_published as "version",
        value_published as "fromValue",
        value_now as "toValue",
        status_now as "toStatus",
        unit
    from main.restatements
    where is_beyond and not is_acknowledged
    order by period_start, period, metric`);
  return rows.filter((row) => {
    const last = acknowledgements.findLast(
      ({ period, metric, version }) => period === row.period && metric === row.metric && version === row.version,
    );
    return last?.toValue !== row.toValue || last.toStatus !== row.toStatus;
  });
}

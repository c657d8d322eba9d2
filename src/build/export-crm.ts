import { existsSync } from 'node:fs';
import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import { warehouseFiles } from '../state/files.ts';
import { type RowValue, Warehouse } from '../warehouse/warehouse.ts';
import { crmCsv } from './crm-csv.ts';
import { nothingBuilt } from './nothing-built.ts';

export interface CrmExportRequest {
  readonly language: 'en' | 'da';
  /** Only this team's leads. */
  readonly team?: string;
  readonly warehouse?: string;
}

export interface CrmExport {
  /** The text of a CSV file; see `crmCsv`. */
  readonly csv: string;
  readonly leads: number;
  /** ISO instant of the data. */
  readonly asOf: string;
}

/** Columns of the file; what a CRM imports under these names is part of what people build on. */
const columns = ['lead_id', 'status', 'due_at', 'clause', 'next_action', 'score'];

/**
 * The open leads with something owed to them, as published, most urgent first, for import into the CRM.
 * @throws DiagnosticsError when nothing was published yet, or no lead is of the team.
 */
export async function exportCrm(root: string, request: CrmExportRequest): Promise<CrmExport> {
  const { published } = warehouseFiles(root, request.warehouse);
  if (!existsSync(published)) throw new DiagnosticsError([nothingBuilt]);
  const warehouse = await Warehouse.open(published, { readOnly: true });
  try {
    if (!(await warehouse.hasTable('main', 'open_leads'))) throw new DiagnosticsError([noOpenLeads]);
    if (request.team !== undefined) await checkTeam(warehouse, request.team);
    const rows = await warehouse.rows<Record<string, RowValue>>(
      `
        select lead_id, status, due_at, clause, next_action_${request.language} as next_action, score
        from main.open_leads
        where $1::text is null or team = $1::text
        order by rank`,
      [request.team ?? null],
    );
    const [info] = await warehouse.rows<{ as_of: string }>('select as_of from main.build_info');
    return { csv: crmCsv(columns, rows), leads: rows.length, asOf: info?.as_of ?? '' };
  } finally {
    warehouse.close();
  }
}

/** A team without open leads has an empty file; one that nobody knows is a mistake. */
async function checkTeam(warehouse: Warehouse, team: string): Promise<void> {
  const rows = await warehouse.rows<{ team: string }>(
    'select distinct team from main.lead_cycles where team is not null order by team',
  );
  const teams = rows.map((row) => row.team);
  if (teams.includes(team)) return;
  const fix = didYouMean(team, teams);
  throw new DiagnosticsError([
    {
      code: 'unknown-team',
      severity: 'error',
      message: `no team "${team}"`,
      expected: `one of ${teams.join(', ')}`,
      ...(fix === undefined ? {} : { fix }),
    },
  ]);
}

const noOpenLeads = {
  code: 'unknown-table',
  severity: 'error',
  message: 'no table "open_leads"',
  expected: 'a published file with the model open_leads',
  fix: 'Build again.',
} as const;

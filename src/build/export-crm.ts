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
  /** Only leads of this CRM, under the ids that it knows; needed where there are several. */
  readonly crm?: string;
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
 * @throws DiagnosticsError when nothing was published yet, no lead is of the team, or there is not one CRM that is meant.
 */
export async function exportCrm(root: string, request: CrmExportRequest): Promise<CrmExport> {
  const { published } = warehouseFiles(root, request.warehouse);
  if (!existsSync(published)) throw new DiagnosticsError([nothingBuilt]);
  const warehouse = await Warehouse.open(published, { readOnly: true });
  try {
    if (!(await warehouse.hasTable('main', 'open_leads'))) throw new DiagnosticsError([noOpenLeads]);
    if (request.team !== undefined) await checkTeam(warehouse, request.team);
    const prefix = await prefixOf(warehouse, request.crm);
    const rows = await warehouse.rows<Record<string, RowValue>>(
      `
        select
            if($2::text is null, lead_id, substr(lead_id, length($2::text) + 1)) as lead_id,
            status,
            due_at,
            clause,
            next_action_${request.language} as next_action,
            round(score, 1) as score
        from main.open_leads
        where ($1::text is null or team = $1::text) and ($2::text is null or starts_with(lead_id, $2::text))
        order by rank`,
      [request.team ?? null, prefix],
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

/**
 * What stands before the ids of a CRM's leads: nothing where there is one CRM.
 * @throws DiagnosticsError unless it is clear which CRM is meant.
 */
async function prefixOf(warehouse: Warehouse, crm: string | undefined): Promise<string | null> {
  const crms = (await warehouse.hasTable('main', 'crm_events'))
    ? (await warehouse.rows<{ crm: string }>('select distinct crm from main.crm_events order by crm')).map(
        (row) => row.crm,
      )
    : [];
  if (crm !== undefined && !crms.includes(crm)) throw unknownCrm(crm, crms);
  if (crms.length < 2) return null;
  if (crm !== undefined) return `${crm}:`;
  throw new DiagnosticsError([
    {
      code: 'several-crms',
      severity: 'error',
      message: `the leads are of ${crms.length} CRMs (${crms.join(', ')}), each of which knows only its own`,
      fix: 'Name one with --crm NAME.',
    },
  ]);
}

function unknownCrm(crm: string, crms: readonly string[]): DiagnosticsError {
  const fix = didYouMean(crm, crms);
  return new DiagnosticsError([
    {
      code: 'unknown-crm',
      severity: 'error',
      message: `no CRM "${crm}"`,
      expected: crms.length === 0 ? 'none; the data name no CRM' : `one of ${crms.join(', ')}`,
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

import { readRunResults } from '../state/artefacts.ts';
import type { WarehouseFiles } from '../state/files.ts';
import { readPublished } from '../state/published.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

/** Where rows were read, and how far they can be trusted. */
export interface ShownFrom {
  readonly file: 'published' | 'work';
  /** ISO instant; null when no build has written to the file yet. */
  readonly asOf: string | null;
  /** Whether a build with these data held its contracts to the end. */
  readonly isAudited: boolean;
  /** Why the last build published nothing, where that is known. */
  readonly why?: string;
}

/** What an open file says of the build that wrote it last. */
export async function readShownFrom(
  warehouse: Warehouse,
  file: 'published' | 'work',
  files: WarehouseFiles,
): Promise<ShownFrom> {
  if (!(await warehouse.hasTable('main', 'build_info'))) return { file, asOf: null, isAudited: false };
  const [info] = await warehouse.rows<{ as_of: string; now: string }>('select as_of, now from main.build_info');
  const asOf = info?.as_of ?? null;
  if (file === 'published') return { file, asOf, isAudited: true };
  const isRun = (instant: string | undefined): boolean =>
    instant !== undefined && info !== undefined && Date.parse(instant) === Date.parse(info.now);
  // A build that came to its end left both at its own start.
  if (isRun(readPublished(files.record)?.publishedAt)) return { file, asOf, isAudited: true };
  const results = readRunResults(files);
  const why = isRun(results?.started_at) ? (results?.why ?? undefined) : undefined;
  return { file, asOf, isAudited: false, ...(why === undefined ? {} : { why }) };
}

/** One line for a person, to stand beside the rows. */
export function describeFrom({ file, asOf, isAudited, why }: ShownFrom): string {
  const until = asOf === null ? 'no build yet' : `data as of ${asOf}`;
  if (file === 'published') return `published, ${until}`;
  return isAudited
    ? `work file, ${until}, audited`
    : `work file, ${until}, not audited${why === undefined ? '' : `: ${why}`}`;
}

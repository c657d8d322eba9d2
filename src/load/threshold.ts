import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { SourceConfig } from '../project/config-file.ts';
import type { KnownFile } from './ledger.ts';
import type { LoadSource } from './plan-load.ts';
import { fileProblem } from './problems.ts';

/** What binary fractions lose: 0.29 × 100 is a little less than 29. */
const rounding = 1e-6;

/**
 * Stops a load of which too much was refused: a dump of which most rows are bad is a mistake, not a bad day. `files` are
 * all that count, `first` is the first rejected row of each source.
 */
export function checkRejected(
  sources: readonly LoadSource[],
  files: readonly KnownFile[],
  problems: Diagnostic[],
  first: ReadonlyMap<string, string>,
): void {
  for (const { config } of sources) {
    const whole = files.filter((file) => file.source === config.name);
    const own = whole.map(withoutExpired);
    if (own.length === 0 || problems.some((problem) => own.some((file) => file.path === problem.file))) continue;
    const read = own.reduce((total, file) => total + file.rowsRead, 0);
    const rejected = own.reduce((total, file) => total + file.rowsRejected, 0);
    const { maxRejected } = config;
    const limit = 'rows' in maxRejected ? maxRejected.rows : Math.floor(maxRejected.share * read + rounding);
    if (whole.every(({ rowsRead }) => rowsRead === 0)) {
      problems.push({
        code: 'no-rows',
        severity: 'error',
        message: `source "${config.name}": its files hold no rows`,
        ...config.at(['files']),
      });
    } else if (read > 0 && (rejected === read || rejected > limit)) {
      const all = rejected === read;
      problems.push({
        code: all ? 'all-rows-rejected' : 'too-many-rejected',
        severity: 'error',
        message: `source "${config.name}": ${all ? `all ${read}` : `${rejected} of ${read}`} rows are rejected; the first, ${first.get(config.name) ?? 'in an earlier load'}`,
        ...config.at(all ? ['files'] : ['max_rejected']),
        ...(all
          ? {}
          : {
              expected: `at most ${describe(maxRejected)} (max_rejected)`,
              fix: 'Mend the dump, or raise max_rejected for this source.',
            }),
      });
    }
    for (const file of own.filter(
      ({ rowsRead, rowsRejected }) => rowsRead > 0 && rowsRead === rowsRejected && rejected < read,
    )) {
      problems.push({
        ...fileProblem('all-rows-rejected', file.path, `holds ${file.rowsRead} rows, and all are rejected`, {
          fix: 'See handover show load_rejects.',
        }),
        severity: 'warning',
      });
    }
  }
}

/** The file as it was before rows of leads past retention were taken out. */
function withoutExpired(file: KnownFile): KnownFile {
  const { rowsRead, rowsRejected, rowsExpired = 0 } = file;
  return { ...file, rowsRead: rowsRead - rowsExpired, rowsRejected: rowsRejected - rowsExpired };
}

function describe(limit: SourceConfig['maxRejected']): string {
  return 'rows' in limit ? `${limit.rows} rows` : `${Number((limit.share * 100).toFixed(6))} %`;
}

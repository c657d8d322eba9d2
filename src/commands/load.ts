import { Command } from 'commander';
import type { FileChange } from '../build/load.ts';
import { useColor } from './failure.ts';
import {
  buildOptions,
  type CommonOptions,
  type Format,
  projectRoot,
  withCommonOptions,
  withFormat,
  withLoadOptions,
} from './options.ts';

type LoadCommandOptions = CommonOptions & { readonly dryRun?: boolean; readonly format: Format };

const columns = [
  'change',
  'path',
  'source',
  'table',
  'rows_read',
  'rows_loaded',
  'rows_duplicate',
  'rows_superseded',
  'rows_rejected',
];

/** `handover load`: the sources into the work file, every row accounted for; nothing is published. */
export function loadCommand(): Command {
  const command = new Command('load')
    .description('load the sources only, and say what became of every row of every file')
    .option('--dry-run', 'read and count everything, and change nothing');
  return withFormat(withLoadOptions(withCommonOptions(command))).action(async (options: LoadCommandOptions) => {
    const [{ formatRows }, { load }, { describeLoad }, { openProject }] = await Promise.all([
      import('./print-rows.ts'),
      import('../build/load.ts'),
      import('../build/describe.ts'),
      import('../project/project.ts'),
    ]);
    const project = openProject(projectRoot(options));
    const result = await load(project, { ...buildOptions(options), dryRun: options.dryRun ?? false });
    const warnings = [...project.warnings, ...result.warnings];
    if (warnings.length > 0) {
      const { formatDiagnostics } = await import('../diagnostics/print.ts');
      process.stderr.write(`${formatDiagnostics(warnings, { color: useColor(process) })}\n`);
    }
    process.stdout.write(formatRows(columns, result.changes.map(toRow), options.format));
    if (options.quiet) return;
    const said = options.dryRun ? '\nnothing was changed (--dry-run)' : result.unchanged ? '\nnothing is new' : '';
    process.stderr.write(`\n${describeLoad(result)}${said}\n`);
  });
}

function toRow(file: FileChange) {
  return {
    change: file.change,
    path: file.path,
    source: file.source,
    table: `raw.${file.table}`,
    rows_read: file.rowsRead,
    rows_loaded: file.rowsLoaded,
    rows_duplicate: file.rowsDuplicate,
    rows_superseded: file.rowsSuperseded,
    rows_rejected: file.rowsRejected,
  };
}

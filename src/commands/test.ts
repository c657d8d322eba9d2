import { Command, Option } from 'commander';
import type { UnitTestResult } from '../build/test.ts';
import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import type { Row } from '../warehouse/warehouse.ts';
import { useColor } from './failure.ts';
import { type CommonOptions, type Format, progressFor, projectRoot, withCommonOptions } from './options.ts';
import { type SelectionOptions, selectionOf, withSelection } from './selection.ts';

type TestCommandOptions = CommonOptions & SelectionOptions & { readonly format?: Format };

const columns = ['model', 'test', 'status', 'reason', 'file', 'line'];

/** `handover test`: the unit tests of models, on rows that they bring along; nothing needs to have been built. */
export function testCommand(): Command {
  const command = new Command('test')
    .description('run the unit tests of models (*.tests.yml) on the rows that they give')
    .argument('[names...]', 'models or tests, as with --select; all by default')
    .addOption(new Option('--format <format>', 'print a row for each test').choices(['table', 'json', 'csv']));
  return withSelection(withCommonOptions(command)).action(async (names: string[], options: TestCommandOptions) => {
    const [{ openProject }, { summary, testModels }, { formatFailure, reasonOf }] = await Promise.all([
      import('../project/project.ts'),
      import('../build/test.ts'),
      import('./print-tests.ts'),
    ]);
    const project = openProject(projectRoot(options));
    const results = await testModels(project, {
      selection: selectionOf(options, names),
      progress: progressFor(options),
      ...(options.warehouse === undefined ? {} : { warehouse: options.warehouse }),
    });
    const failed = results.filter(({ passed }) => !passed);
    const color = useColor(process);
    for (const result of failed) process.stderr.write(`\n${formatFailure(result, { color })}\n`);
    if (options.format !== undefined) {
      const { formatRows } = await import('./print-rows.ts');
      const rows = results.map((result) => toRow(result, reasonOf(result)));
      process.stdout.write(formatRows(columns, rows, options.format));
    }
    if (failed.length > 0) throw failure(results, failed);
    if (!options.quiet) process.stderr.write(`\n${results.length > 0 ? summary(results) : nothing(project.tests)}\n`);
  });
}

function nothing(files: readonly unknown[]): string {
  return files.length === 0
    ? 'no tests yet: write them in models/…/<model>.tests.yml beside a model'
    : 'none of the selected models has a test';
}

function failure(results: readonly UnitTestResult[], failed: readonly UnitTestResult[]): DiagnosticsError {
  const tests = results.length === 1 ? '1 test' : `${results.length} tests`;
  const message = `${failed.length} of ${tests} ${failed.length === 1 ? 'fails' : 'fail'}`;
  return new DiagnosticsError([{ code: 'tests-failed', severity: 'error', message }], 'violation');
}

function toRow({ checked, passed }: UnitTestResult, reason: string): Row {
  const { file, line } = checked.test.at(['name']);
  return {
    model: checked.model.file.name,
    test: checked.test.name,
    status: passed ? 'pass' : 'fail',
    reason: reason === '' ? null : reason,
    file,
    line,
  };
}

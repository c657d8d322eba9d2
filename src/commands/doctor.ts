import { Command } from 'commander';
import type { Row } from '../warehouse/warehouse.ts';
import {
  buildOptions,
  type CommonOptions,
  type Format,
  projectRoot,
  withCommonOptions,
  withFormat,
} from './options.ts';

const healthColumns = ['is_problem', 'measure', 'crm', 'item', 'value', 'expected', 'since'];

/** `handover doctor`: whether a build has what it needs; with --data, what of the data can be trusted. */
export function doctorCommand(): Command {
  const command = new Command('doctor')
    .description('look at what a build needs, and change nothing')
    .option('--data', 'what of the published data can be trusted and since when, problems first');
  return withFormat(withCommonOptions(command)).action(
    async (options: CommonOptions & { format: Format; data?: boolean }) => {
      const [{ formatRows }, { checkSetup, readDataHealth }, { failedChecks }, { openProject }] = await Promise.all([
        import('./print-rows.ts'),
        import('../build/doctor.ts'),
        import('../build/describe.ts'),
        import('../project/project.ts'),
      ]);
      const root = projectRoot(options);
      const setup = buildOptions(options);
      if (options.data) {
        const rows = await readDataHealth(root, setup);
        process.stdout.write(
          formatRows(healthColumns, options.format === 'table' ? rows.map(forPeople) : rows, options.format),
        );
        const problems = rows.filter((row) => row.is_problem === true).length;
        if (!options.quiet) process.stderr.write(`${problems === 0 ? 'nothing' : problems} to look at\n`);
        return;
      }
      const checks = await checkSetup(openProject(root), { ...setup, nodeVersion: process.version });
      const rows = checks.map((entry): Row => ({ ...entry }));
      process.stdout.write(
        formatRows(['check', 'ok', 'found'], options.format === 'table' ? rows.map(forPeople) : rows, options.format),
      );
      failedChecks(checks);
    },
  );
}

/** Marks read faster than true and false. */
function forPeople(row: Row): Row {
  const { is_problem: isProblem, ok } = row;
  return {
    ...row,
    ...(isProblem === undefined ? {} : { is_problem: isProblem ? 'look' : '' }),
    ...(ok === undefined ? {} : { ok: ok ? 'yes' : 'NO' }),
  };
}

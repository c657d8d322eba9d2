import { Command, CommanderError } from 'commander';
import { buildCommand } from './commands/build.ts';
import { checkCommand } from './commands/check.ts';
import { compileCommand } from './commands/compile.ts';
import { devCommand } from './commands/dev.ts';
import { diffCommand } from './commands/diff.ts';
import { digestCommand } from './commands/digest.ts';
import { doctorCommand } from './commands/doctor.ts';
import { exportCommand } from './commands/export.ts';
import { printFailure } from './commands/failure.ts';
import { forgetCommand } from './commands/forget.ts';
import { initCommand } from './commands/init.ts';
import { loadCommand } from './commands/load.ts';
import { lsCommand } from './commands/ls.ts';
import { publishCommand } from './commands/publish.ts';
import { queryCommand } from './commands/query.ts';
import { retryCommand } from './commands/retry.ts';
import { sampleCommand } from './commands/sample.ts';
import { schemasCommand } from './commands/schemas.ts';
import { showCommand } from './commands/show.ts';
import { simulateCommand } from './commands/simulate.ts';
import { siteCommand } from './commands/site.ts';
import { testCommand } from './commands/test.ts';
import { whyCommand } from './commands/why.ts';
import type { FailureKind } from './diagnostics/diagnostic.ts';
import { toolVersion } from './project/version.ts';

/** 0 done; 1 a test or contract failed; 2 the project or the call is wrong; 3 the environment failed; 130 stopped. */
const exitCodes: Readonly<Record<FailureKind, number>> = {
  violation: 1,
  invalid: 2,
  environment: 3,
  interrupted: 130,
};

const program = new Command('handover')
  .description('The service-level agreement between marketing and sales, kept as code.')
  .version(toolVersion)
  .configureHelp({ showGlobalOptions: true })
  .addCommand(buildCommand())
  .addCommand(retryCommand())
  .addCommand(testCommand())
  .addCommand(devCommand())
  .addCommand(checkCommand())
  .addCommand(siteCommand())
  .addCommand(digestCommand())
  .addCommand(queryCommand())
  .addCommand(publishCommand())
  .addCommand(whyCommand())
  .addCommand(simulateCommand())
  .addCommand(diffCommand())
  .addCommand(exportCommand())
  .addCommand(showCommand())
  .addCommand(lsCommand())
  .addCommand(compileCommand())
  .addCommand(loadCommand())
  .addCommand(doctorCommand())
  .addCommand(forgetCommand())
  .addCommand(initCommand())
  .addCommand(schemasCommand())
  .addCommand(sampleCommand());

// Thrown instead of exiting, so that this file alone decides on exit codes.
for (const command of [program, ...program.commands, ...program.commands.flatMap((child) => child.commands)]) {
  command.exitOverride().showHelpAfterError('(add --help for the options)');
}

// Whoever reads the output may have seen enough (| head); a disk that is full is another matter.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  process.stderr.write(`error cannot write the output: ${error.message}\n`);
  process.exit(exitCodes.environment);
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode =
    error instanceof CommanderError
      ? error.exitCode === 0
        ? 0
        : exitCodes.invalid
      : exitCodes[await printFailure(error, process)];
}

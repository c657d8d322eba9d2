import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { SampleFormat } from '../sample/files.ts';
import { type CommonOptions, progressFor } from './options.ts';

interface SampleCommandOptions extends Pick<CommonOptions, 'quiet'> {
  readonly leads: number;
  readonly seed: number;
  readonly out: string;
  readonly format: SampleFormat;
  readonly end?: string;
}

/** `handover sample`: writes the exports of a made-up CRM; the same options give the same bytes. */
export function sampleCommand(): Command {
  return new Command('sample')
    .description('write the event exports of a made-up CRM, the same for the same seed')
    .requiredOption('--out <dir>', 'folder for the files')
    .option('--leads <n>', 'how many leads; each brings about ten events', Number, 3000)
    .option('--seed <n>', 'another number, another company', Number, 20260701)
    .addOption(new Option('--format <format>', 'text is gzipped').choices(['csv', 'ndjson', 'parquet']).default('csv'))
    .option('--end <time>', 'when the dump is taken, Copenhagen time (default: 2026-11-23T06:00)')
    .option('--quiet', 'say nothing but warnings and errors')
    .option('--no-color', 'no colours')
    .option('--debug', 'show stack traces')
    .action(async ({ quiet, ...options }: SampleCommandOptions) => {
      const { generateSample } = await import('../sample/generate.ts');
      const progress = progressFor(quiet === undefined ? {} : { quiet });
      const sample = await generateSample({ ...options, out: resolve(options.out), progress });
      if (quiet) return;
      const figures = `${sample.leads.toLocaleString('en')} leads, ${sample.events.toLocaleString('en')} events`;
      process.stderr.write(`\n${figures}, ${sample.files.length} files in ${options.out}\n`);
    });
}

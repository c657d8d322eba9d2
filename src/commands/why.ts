import { Command, InvalidArgumentError, Option } from 'commander';
import { type CommonOptions, projectRoot, withCommonOptions } from './options.ts';
import { hideLoadOptions, refuseLoadOptions } from './unused-options.ts';

interface WhyOptions extends CommonOptions {
  readonly cycle?: number;
  readonly lang: 'en' | 'da';
  readonly all?: boolean;
  readonly format: 'text' | 'json';
}

/** `handover why LEAD`: how a lead's promises were kept or broken, minute by minute, as published. */
export function whyCommand(): Command {
  const command = new Command('why')
    .description('tell why a lead’s response is judged as it is: the verdict, the clause, and what of the time counted')
    .argument('<lead>', 'a lead_id')
    .option('--cycle <number>', 'only this cycle of the lead', toCycle)
    .addOption(new Option('--lang <language>', 'language of the text').choices(['en', 'da']).default('en'))
    .option('--all', 'each piece of time, also of long runs of days')
    .addOption(new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text'));
  return hideLoadOptions(withCommonOptions(command)).action(async (lead: string, options: WhyOptions) => {
    refuseLoadOptions(options, 'why tells what was published');
    const { why } = await import('../build/why.ts');
    const found = await why(projectRoot(options), {
      lead,
      language: options.lang,
      isWhole: options.all ?? false,
      ...(options.cycle === undefined ? {} : { cycle: options.cycle }),
      ...(options.warehouse === undefined ? {} : { warehouse: options.warehouse }),
    });
    const { whyJson, whyText } = await import('../build/why-text.ts');
    process.stdout.write(options.format === 'json' ? whyJson(found) : whyText(found));
    if (!options.quiet) process.stderr.write(`published, data as of ${found.asOf}\n`);
  });
}

function toCycle(text: string): number {
  const cycle = Number(text);
  if (!Number.isInteger(cycle) || cycle < 1) throw new InvalidArgumentError('expected a whole number, 1 or more');
  return cycle;
}

import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { type Diagnostic, DiagnosticsError } from '../diagnostics/diagnostic.ts';
import { configFileName } from '../project/root.ts';
import type { SiteSettings } from '../project/site-settings.ts';
import { warehouseFiles } from '../state/files.ts';
import { type CommonOptions, projectRoot, withCommonOptions } from './options.ts';
import { hideLoadOptions, refuseLoadOptions } from './unused-options.ts';

interface DigestOptions extends CommonOptions {
  readonly week?: string;
  readonly lang: 'en' | 'da';
  readonly link?: string;
  readonly format: 'html' | 'markdown';
}

/** `handover digest`: a week of the review site on one screen, to be mailed or pasted. */
export function digestCommand(): Command {
  const command = new Command('digest')
    .description(
      'print a week on one screen, as a mail or in Markdown: promises, headlines, breaches, what was decided',
    )
    .option('--week <week>', 'such as 2026-W47 (default: the last week that ended)')
    .addOption(new Option('--lang <language>', 'language of the text').choices(['en', 'da']).default('en'))
    .option(
      '--link <url>',
      'where the site is served, for its links (default: site.url of handover.yml; without one no links)',
    )
    .addOption(new Option('--format <format>', 'how to print').choices(['html', 'markdown']).default('html'));
  return hideLoadOptions(withCommonOptions(command)).action(async (options: DigestOptions) => {
    refuseLoadOptions(options, 'digest tells what was published');
    const root = projectRoot(options);
    const { published } = warehouseFiles(
      root,
      options.warehouse === undefined ? undefined : resolve(options.warehouse),
    );
    if (!existsSync(published)) {
      const { nothingBuilt } = await import('../build/nothing-built.ts');
      throw new DiagnosticsError([nothingBuilt]);
    }
    const settings = await readSettings(root);
    const { digest, printDigest } = await import('../site/digest/digest.ts');
    const told = await digest({
      published,
      root,
      settings,
      language: options.lang,
      ...(options.week === undefined ? {} : { week: options.week }),
      ...(options.link === undefined ? {} : { url: options.link }),
    });
    process.stdout.write(printDigest(told.digest, options.format));
  });
}

/** Of handover.yml alone. A mistake in it is an error: what it says of leads must not be taken for the usual. */
async function readSettings(root: string): Promise<SiteSettings> {
  const path = join(root, configFileName);
  if (!existsSync(path)) {
    throw new DiagnosticsError([
      {
        code: 'no-project',
        severity: 'error',
        message: `no ${configFileName} in ${root}`,
        fix: 'Name the project folder with --project DIR.',
      },
    ]);
  }
  const { readConfig } = await import('../project/config-file.ts');
  const problems: Diagnostic[] = [];
  const config = readConfig(
    { path: configFileName, text: readFileSync(path, 'utf8').replace(/^\uFEFF/, '') },
    problems,
  );
  if (config === undefined) throw new DiagnosticsError(problems);
  return config.site;
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { buildOptions, type CommonOptions, progressFor, projectRoot, withCommonOptions } from './options.ts';

/** `handover forget --lead ID`: a lead's request to be forgotten, carried out in dumps, tables and the site. */
export function forgetCommand(): Command {
  const command = new Command('forget')
    .description(
      'remove a lead and all it was merged with from dumps, tables and the site, and keep it out of later loads',
    )
    .requiredOption(
      '--lead <id>',
      'its id as reports show it, with the source before it (crm:id) where there are several',
    );
  return withCommonOptions(command).action(async (options: CommonOptions & { lead: string }) => {
    const [{ forget }, { describeForgotten }, { openProject }] = await Promise.all([
      import('../build/forget.ts'),
      import('../build/describe.ts'),
      import('../project/project.ts'),
    ]);
    const project = openProject(projectRoot(options));
    const build = buildOptions(options);
    const result = await forget(project, options.lead, build);
    const hasSite = existsSync(join(project.root, 'target', 'site', 'index.html')) && existsSync(result.published);
    if (hasSite) {
      const { buildSite } = await import('../site/site.ts');
      await buildSite({
        root: project.root,
        published: result.published,
        progress: progressFor(options),
        settings: project.config.site,
        now: build.now,
      });
    }
    if (!options.quiet) process.stderr.write(`\n${describeForgotten(result, { hasSite })}\n`);
  });
}

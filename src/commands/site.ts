import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { DiagnosticsError } from '../diagnostics/diagnostic.ts';
import type { Project } from '../project/project.ts';
import { warehouseFiles } from '../state/files.ts';
import { readPublished } from '../state/published.ts';
import { runBuild } from './build.ts';
import { useColor } from './failure.ts';
import { interruptible } from './interruptible.ts';
import { buildOptions, type CommonOptions, progressFor, projectRoot, withCommonOptions } from './options.ts';

/** `handover site`: everything that `build` does, then the review site; `handover site preview` serves it. */
export function siteCommand(): Command {
  const site = withCommonOptions(
    new Command('site').description('build everything and the review site').addCommand(previewCommand()),
  );
  return site.action(async (options: CommonOptions) => {
    const { project, asOf, published } = await builtProject(options);
    const draft = await judgeDraft(project, asOf, options);
    const { buildSite } = await import('../site/site.ts');
    const built = await buildSite({
      root: project.root,
      published,
      progress: progressFor(options),
      settings: project.config.site,
      now: buildOptions(options).now,
      ...(draft === undefined ? {} : { draft }),
    });
    if (!options.quiet) {
      process.stderr.write(
        `${built.isNew ? 'site' : 'unchanged: site'} of ${built.pages} pages in ${built.folder}\nopen it with: handover site preview\n`,
      );
    }
  });
}

/** Builds, or takes what was published when nothing changed: a site of the same data is the same. */
export async function builtProject(options: CommonOptions) {
  const { saidWhenUpToDate } = await import('../build/up-to-date.ts');
  const root = projectRoot(options);
  const build = buildOptions(options);
  const files = warehouseFiles(root, build.warehouse);
  const said = saidWhenUpToDate(root, build);
  const asOf = said === undefined ? undefined : readPublished(files.record)?.asOf;
  if (said === undefined || asOf === undefined) {
    const { project, result } = await runBuild(options);
    return { project, asOf: result.asOf, published: result.published };
  }
  if (!options.quiet) process.stderr.write(`nothing changed since the last build\n${said}\n`);
  const { openProject } = await import('../project/project.ts');
  return { project: openProject(root), asOf, published: files.published };
}

/** What the draft that handover.yml names would have changed; undefined: it names none. */
async function judgeDraft(project: Project, asOf: string, options: CommonOptions) {
  if (project.config.site.draft === undefined) return undefined;
  const { judgeSiteDraft } = await import('../build/draft-outcomes.ts');
  const { now, warehouse, progress } = buildOptions(options);
  const judged = await interruptible((signal) =>
    judgeSiteDraft(project, { asOf, now, progress, signal, ...(warehouse === undefined ? {} : { warehouse }) }),
  );
  if (judged === undefined) return undefined;
  if (judged.warnings.length > 0) {
    const { formatDiagnostics } = await import('../diagnostics/print.ts');
    process.stderr.write(`${formatDiagnostics(judged.warnings, { color: useColor(process) })}\n`);
  }
  return judged.outcomes;
}

function previewCommand(): Command {
  const preview = new Command('preview')
    .description('serve the site that was built, on this machine only')
    .option('--port <number>', 'port to listen on', '4173');
  return withCommonOptions(preview).action(async (_options: unknown, command: Command) => {
    // Options that both commands have are read by `site`, wherever they stand.
    const options = command.optsWithGlobals<CommonOptions & { port: string }>();
    const folder = join(projectRoot(options), 'target', 'site');
    if (!existsSync(join(folder, 'index.html'))) {
      throw new DiagnosticsError([
        {
          code: 'no-site',
          severity: 'error',
          message: `no site in ${folder}`,
          fix: 'Build it with "handover site" ("pnpm start" in this repository).',
        },
      ]);
    }
    const { previewSite } = await import('../site/preview.ts');
    const { url } = await previewSite({ folder, port: Number(options.port) });
    process.stderr.write(`${url}\nCtrl-C stops it\n`);
  });
}

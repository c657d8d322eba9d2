import { compileModel, modelsByName } from '../models/compile.ts';
import type { PlannedModel } from '../models/plan.ts';
import type { ModelRun } from '../models/run.ts';
import type { Project } from '../project/project.ts';
import { namesOfTests } from '../project/test-file.ts';
import { toolVersion } from '../project/version.ts';
import { type ModelResult, writeCatalogue, writeManifest, writeRunResults } from '../state/artefacts.ts';
import type { WarehouseFiles } from '../state/files.ts';
import type { BuildOptions } from './build.ts';
import { catalogueOf } from './catalogue.ts';
import { manifestOf } from './manifest.ts';
import type { Prepared } from './prepare.ts';
import type { ProjectRun } from './run-project.ts';
import { runError, runResultsOf } from './run-results.ts';

/**
 * Writes target/manifest.json, target/run-results.json and, once metrics were evaluated, target/catalogue.json of a run that
 * came to its end; `why` it published nothing.
 */
export function writeArtefacts(
  project: Project,
  files: WarehouseFiles,
  planned: readonly PlannedModel[],
  done: Pick<BuildOptions, 'now' | 'command'> & {
    readonly run: Prepared & ProjectRun;
    readonly why: string | undefined;
    readonly milliseconds: number;
  },
): void {
  const { run, now, why } = done;
  const models = modelsByName(planned);
  writeManifest(
    files,
    manifestOf(project, planned, {
      toolVersion,
      asOf: run.asOf,
      now,
      columns: run.columns,
      fingerprints: run.outputs,
      lineage: run.lineage,
      tests: testsOf(project),
      compiled: new Map(planned.map((model) => [model.file.name, compileModel(model, models).sql])),
    }),
  );
  writeRunResults(
    files,
    runResultsOf({
      command: done.command ?? [],
      startedAt: now,
      finishedAt: new Date(Date.parse(now) + done.milliseconds).toISOString(),
      asOf: run.asOf,
      outcome: why === undefined ? { published: true } : { published: false, why },
      models: run.models.map(toResult),
      load: run.load,
      ...(run.audited === undefined
        ? {}
        : {
            metrics: { values: run.audited.values, milliseconds: run.audited.metricMilliseconds },
            contracts: run.audited.contracts,
          }),
    }),
  );
  const facts = run.audited?.catalogue;
  if (facts === undefined) return;
  writeCatalogue(files, catalogueOf(project, { facts, asOf: run.asOf, now, isPublished: why === undefined }));
}

function testsOf(project: Project) {
  return project.tests.flatMap((file) =>
    namesOfTests(file).map(({ name, place }) => ({ model: file.model, name, path: place.file, line: place.line })),
  );
}

function toResult(run: ModelRun): ModelResult {
  const { name, status, mode, partitions, rows, milliseconds, because, materialized, problem } = run;
  return {
    name,
    status,
    reason: because.join('; '),
    mode: mode === null ? null : materialized === 'view' ? 'view' : mode,
    partitions,
    rows,
    milliseconds,
    error: problem === undefined ? null : runError(problem),
  };
}

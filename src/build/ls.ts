import { type Drawing, drawingOf } from '../models/graph-drawing.ts';
import type { PlannedModel } from '../models/plan.ts';
import type { SelectionRequest } from '../models/select.ts';
import type { Project } from '../project/project.ts';
import { planProject } from './plan-project.ts';
import { select } from './select.ts';

export type { Drawing } from '../models/graph-drawing.ts';
export { drawMermaid } from '../models/graph-mermaid.ts';
export { drawText } from '../models/graph-text.ts';

/** A model as `handover ls` lists it. */
export interface ListedModel {
  readonly name: string;
  readonly materialized: string;
  /** Null without versions. */
  readonly version: number | null;
  readonly latest: boolean | null;
  /** For the bare name of a model with versions: the one that it shows. */
  readonly alias_of: string | null;
  readonly public: boolean;
  /** From the project's root. */
  readonly path: string;
  readonly folder: string;
  readonly tags: readonly string[];
  readonly grain: readonly string[];
  /** Models, then tables outside models. */
  readonly reads: readonly string[];
  readonly description: string;
}

export interface ListRequest extends SelectionRequest {
  readonly warehouse?: string;
}

/**
 * The models that are meant, in the order in which they run. No row of data is read.
 * @throws DiagnosticsError for models that are wrong, or a selection that means nothing.
 */
export async function listModels(project: Project, request: ListRequest): Promise<ListedModel[]> {
  const planned = await planProject(project);
  const selected = await select(project, planned, request, request);
  return planned.filter(({ file }) => selected.has(file.name)).map(toListed);
}

/** The graph of the models that are meant and what they read. */
export async function drawModels(project: Project, request: ListRequest): Promise<Drawing> {
  const planned = await planProject(project);
  return drawingOf(planned, await select(project, planned, request, request));
}

function toListed({ file, reads, readsTables }: PlannedModel): ListedModel {
  return {
    name: file.name,
    materialized: file.materialized,
    version: file.version?.number ?? null,
    latest: file.version?.isLatest ?? null,
    alias_of: file.aliasOf ?? null,
    public: file.isPublic,
    path: file.sql.path,
    folder: file.folders.join('/'),
    tags: file.tags,
    grain: file.grain,
    reads: [...reads, ...readsTables],
    description: file.description,
  };
}

import type { MetricRow, QueryResult } from '../metrics/query-request.ts';
import { type Project, openProject as readProject } from '../project/project.ts';
import { explain, type MetricExplanation } from './explain.ts';
import { type QueryRequest, query } from './query.ts';

/** What a project's files say, and the numbers that its last build published. */
export interface OpenProject extends Project {
  /** As the function `query`, of this project. */
  query<const By extends string = never, const Compare extends 'previous' | undefined = undefined>(
    request: QueryRequest<By, Compare>,
  ): Promise<QueryResult<MetricRow<By, Compare>>>;
  /** As the function `explain`, of this project. */
  explain(request: QueryRequest): Promise<readonly MetricExplanation[]>;
}

/**
 * Opens the project in a folder (one that holds handover.yml). Whoever only asks for numbers needs not open it: `query`
 * takes the folder too.
 * @throws DiagnosticsError with everything that is wrong in its files.
 */
export function openProject(folder: string): OpenProject {
  const project = readProject(folder);
  return {
    ...project,
    query: (request) => query(project, request),
    explain: (request) => explain(project, request),
  };
}

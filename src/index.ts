/** The library: what the command line does, for TypeScript. */
export { type BuildOptions, type BuildResult, build } from './build/build.ts';
export { load } from './build/load.ts';
export { query } from './build/query.ts';
export { type ShownTable, showTable } from './build/show.ts';
export { type Diagnostic, DiagnosticsError, type FailureKind } from './diagnostics/diagnostic.ts';
export { formatDiagnostics } from './diagnostics/print.ts';
export { type Progress, silent } from './diagnostics/progress.ts';
export type { MetricRequest, MetricRow, QueryResult } from './metrics/query.ts';
export { openProject, type Project } from './project/project.ts';

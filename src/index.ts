/** The library: what the command line does, for TypeScript. */
export { type BuildOptions, type BuildResult, build } from './build/build.ts';
export {
  type CheckedRule,
  type ColumnOrigin,
  explain,
  type MetricExplanation,
  type MetricPromise,
} from './build/explain.ts';
export { load } from './build/load.ts';
export { type OpenProject, openProject } from './build/open-project.ts';
export {
  type MetricChange,
  type MetricRow,
  type MetricValue,
  type QueriedMetric,
  type QueryRequest,
  type QueryResult,
  query,
} from './build/query.ts';
export { type ShownTable, showTable } from './build/show.ts';
export { type Diagnostic, DiagnosticsError, type FailureKind } from './diagnostics/diagnostic.ts';
export { formatDiagnostics } from './diagnostics/print.ts';
export { type Progress, silent } from './diagnostics/progress.ts';
export type { Grain, LocalText, MetricSpec, Unit } from './project/metric.ts';
export type { Project } from './project/project.ts';

import { tablesOf } from '../load/raw-table.ts';
import { layoutOf, type Project } from '../project/project.ts';

/** Source of handover.yml → the tables that its files fill, as schema.table in lower case; sources of one kind share theirs. */
export function sourceTables(project: Pick<Project, 'config' | 'layouts'>): ReadonlyMap<string, readonly string[]> {
  return new Map(
    project.config.sources.map((source) => {
      const names =
        source.kind === 'table' ? [source.name] : tablesOf(layoutOf(project, source)).map(({ name }) => name);
      return [source.name, names.map((name) => `raw.${name}`.toLowerCase())];
    }),
  );
}

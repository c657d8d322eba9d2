import { type Diagnostic, failOnErrors } from '../diagnostics/diagnostic.ts';
import type { SeedFile } from '../project/project.ts';
import { quoteIdentifier, quoteLiteral, SqlError, type Warehouse } from '../warehouse/warehouse.ts';

/** Makes each seed CSV the table seeds.<name>; types are inferred from the whole file, empty cells are null. */
export async function loadSeeds(warehouse: Warehouse, seeds: readonly SeedFile[]): Promise<void> {
  const problems: Diagnostic[] = [];
  // Each commit waits for the disk.
  await warehouse.run('begin transaction; drop schema if exists seeds cascade; create schema seeds');
  for (const seed of seeds) {
    try {
      await warehouse.run(
        `create or replace table seeds.${quoteIdentifier(seed.name)} as
         from read_csv(${quoteLiteral(seed.path)}, header = true, sample_size = -1, nullstr = '')`,
      );
    } catch (error) {
      // The others are looked at too.
      await warehouse.run('rollback; begin transaction; create schema if not exists seeds');
      if (!(error instanceof SqlError)) throw error;
      problems.push({
        code: 'invalid-seed',
        severity: 'error',
        message: `seed "${seed.name}" cannot be read: ${error.message.split('\n')[0]}`,
        file: seed.relativePath,
        expected: 'a CSV in UTF-8 with a header line',
      });
    }
  }
  await warehouse.run(problems.length === 0 ? 'commit' : 'rollback');
  failOnErrors(problems);
}

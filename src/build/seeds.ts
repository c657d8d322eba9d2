import { type Diagnostic, failOnErrors } from '../diagnostics/diagnostic.ts';
import type { SeedFile } from '../project/project.ts';
import { quoteIdentifier, quoteLiteral, SqlError, type Warehouse } from '../warehouse/warehouse.ts';

/** Makes each seed CSV the table seeds.<name>; types are inferred from the whole file, empty cells are null. */
export async function loadSeeds(warehouse: Warehouse, seeds: readonly SeedFile[]): Promise<void> {
  const problems: Diagnostic[] = [];
  await warehouse.run('drop schema if exists seeds cascade; create schema seeds');
  for (const seed of seeds) {
    try {
      await warehouse.run(
        `create table seeds.${quoteIdentifier(seed.name)} as
         from read_csv(${quoteLiteral(seed.path)}, header = true, sample_size = -1, nullstr = '')`,
      );
    } catch (error) {
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
  failOnErrors(problems);
}

import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { readTests, type TestFile, type UnitTest } from '../../project/test-file.ts';
import { fieldOf } from './definition-change.ts';
import type { Field } from './fields.ts';

/** The unit tests of a model, by their names; of a file that cannot be read only its text. Pure. */
export function testFields(file: TestFile | undefined): Field[] {
  if (file === undefined) return [];
  const problems: Diagnostic[] = [];
  const tests = readTests(file, problems);
  if (problems.some(({ severity }) => severity === 'error')) {
    return [fieldOf('tests.', 'tests', file.yml.text, file.yml.path)];
  }
  return tests.map((test) => fieldOf(`tests.${test.name}`, 'tests', plain(test), test.name));
}

/** A test without places. */
function plain({ version, cte, given, expect }: UnitTest): unknown {
  const rows = (list: UnitTest['expect']) => list.map(({ values }) => Object.fromEntries(values));
  const tables = [...given].map(([table, list]) => [table, list === 'project' ? list : rows(list)]);
  return { version: version ?? null, cte: cte ?? null, given: Object.fromEntries(tables), expect: rows(expect) };
}

import { parse } from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import type { FileReader } from './file-reader.ts';
import { byKey } from './inherit.ts';
import type { ModelFile } from './model-file.ts';
import type { TestFile } from './test-file.ts';

/** What the name of a file of unit tests ends in, after that of its model. */
export const testsSuffix = '.tests.yml';

export function readTestFiles(files: FileReader): TestFile[] {
  return files.list('models', testsSuffix, true).flatMap((path) => {
    const yml = files.read(path);
    return yml === undefined ? [] : [{ model: parse(path).base.slice(0, -testsSuffix.length), yml }];
  });
}

/** Tests may be those of a model that is inherited; of one that is nowhere they would silently test nothing. */
export function reportStrayTests(tests: readonly TestFile[], models: readonly string[], problems: Diagnostic[]): void {
  for (const { model, yml } of tests.filter((test) => !models.includes(test.model))) {
    const fix = didYouMean(model, models);
    problems.push({
      code: 'missing-file',
      severity: 'error',
      message: `${model}${testsSuffix} tests a model, and there is none named "${model}"`,
      ...{ file: yml.path, line: 1, column: 1, source: yml.text },
      fix: fix ?? 'Add the SQL, rename the file, or remove it.',
    });
  }
}

/** Those of a model go with its SQL; tests of one's own take the place of the base's. */
export function inheritTests(
  base: readonly TestFile[],
  own: { models: readonly ModelFile[]; tests: readonly TestFile[] },
) {
  const replaced = new Set(own.models.map((model) => model.base));
  return byKey(
    base.filter(({ model }) => !replaced.has(model)),
    own.tests,
    ({ model }) => model,
  );
}

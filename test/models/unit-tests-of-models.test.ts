import { expect, it } from 'vitest';
import { testModels } from '../../src/build/test.ts';
import { formatFailure } from '../../src/commands/print-tests.ts';
import { openProject } from '../../src/project/project.ts';

it('the unit tests of our own models pass', async () => {
  const results = await testModels(openProject(`${import.meta.dirname}/../..`));
  const failed = results.filter(({ passed }) => !passed).map((result) => formatFailure(result, { color: false }));
  expect(failed.join('\n')).toBe('');
  expect(results.length).toBeGreaterThan(30);
}, 60_000);

import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { builtProject } from '../../src/commands/site.ts';
import { tinyProject } from '../build/project.ts';

test('a site of data that did not change is made from what was published, not worked out anew', async () => {
  const root = tinyProject();
  const options = { project: root, quiet: true };
  const first = await builtProject(options);
  const { mtimeMs } = statSync(first.published);

  const again = await builtProject(options);
  expect(again).toMatchObject({ asOf: first.asOf, published: first.published });
  expect(statSync(first.published).mtimeMs).toBe(mtimeMs);

  const deals = join(root, 'deals.csv');
  writeFileSync(deals, `${readFileSync(deals, 'utf8')}d3,2026-03-04T10:00:00Z,50\n`);
  const newer = await builtProject(options);
  expect(newer.asOf).not.toBe(first.asOf);
  expect(statSync(first.published).mtimeMs).toBeGreaterThan(mtimeMs);
});

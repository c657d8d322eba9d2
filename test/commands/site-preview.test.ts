import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { siteCommand } from '../../src/commands/site.ts';

test('the preview serves the project that it is told, before or after its name', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'handover-preview-of-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'handover.yml'), 'name: other\n');
  const problem = { diagnostics: [{ code: 'no-site', message: `no site in ${join(folder, 'target', 'site')}` }] };
  for (const args of [
    ['preview', '--project', folder],
    ['--project', folder, 'preview'],
  ]) {
    await expect(siteCommand().parseAsync(args, { from: 'user' })).rejects.toMatchObject(problem);
  }
});

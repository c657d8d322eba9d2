import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { z } from 'zod';

const root = mkdtempSync(join(tmpdir(), 'handover-digest-command-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const config = 'name: small\nsources: { deals: { kind: table, files: deals.csv, recorded_at: won_at } }\n';
const failedProcess = z.object({ code: z.number(), stdout: z.string(), stderr: z.string() });

async function digest(...options: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const program = join(import.meta.dirname, '../../bin/handover.mjs');
  try {
    const call = [program, 'digest', '--project', root, '--no-color', ...options];
    return { code: 0, ...(await promisify(execFile)(process.execPath, call)) };
  } catch (error) {
    return failedProcess.parse(error);
  }
}

it('needs a build, and says so', async () => {
  writeFileSync(join(root, 'handover.yml'), config);
  const { code, stdout, stderr } = await digest();
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('error nothing was built yet [nothing-built]');
});

it('prints nothing where handover.yml has a mistake: it may have meant that no lead is named', async () => {
  mkdirSync(join(root, 'target'));
  writeFileSync(join(root, 'target', 'handover.duckdb'), '');
  writeFileSync(join(root, 'handover.yml'), `${config}site: { lead_detial: none }\n`);
  const { code, stdout, stderr } = await digest();
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('handover.yml:3');
  expect(stderr).toContain('Did you mean "lead_detail"?');
});

it('refuses what would need another load', async () => {
  const { code, stderr } = await digest('--as-of', '2026-11-23T06:00:00Z');
  expect(code).toBe(2);
  expect(stderr).toContain('error --as-of works with build; digest tells what was published');
});

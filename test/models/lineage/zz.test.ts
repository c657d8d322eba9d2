import { it } from 'vitest';
import { checkPartition } from '../../../src/models/partition/check-partition.ts';
import { readProjectModels } from './project.ts';

it('prints', async () => {
  const project = await readProjectModels();
  const t0 = performance.now();
  for (const { file, statement, reads } of project.planned) {
    if (file.folders[0] === 'staging') continue;
    const own = project.columns.get(file.name) ?? [];
    const keyed = reads.filter(
      (r) =>
        project.columns.get(r)?.includes('lead_id') &&
        project.planned.find((m) => m.file.name === r)?.file.folders[0] !== 'staging' &&
        r !== 'int_lead_survivors',
    );
    const problems = checkPartition(statement, {
      ...project.known,
      partitionBy: 'lead_id',
      inputs: new Map(keyed.map((k) => [k, 'lead_id'])),
    });
    const line = (p: number | undefined) =>
      p === undefined ? '?' : Buffer.from(file.sql.text).subarray(0, p).toString().split('\n').length;
    console.log(
      file.name,
      own.includes('lead_id') ? '' : '(no lead_id)',
      keyed.join(','),
      problems.length === 0 ? 'PASS' : '\n   ' + problems.map((p) => `${line(p.position)}: ${p.reason}`).join('\n   '),
    );
  }
  console.log('ms', performance.now() - t0);
});

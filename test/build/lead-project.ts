import { copyFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFiles } from './project.ts';

const home = join(import.meta.dirname, '../..');
const model = 'models/marts/leads_by_team.sql';

/**
 * The models and metrics of this repository on two months of its sample, in a folder of its own and without what was
 * published of the whole of it. `toState` changes the dumps and a model to one of two states. The caller removes it.
 */
export function leadProject(): { readonly root: string; toState(state: 0 | 1): void } {
  const root = mkdtempSync(join(tmpdir(), 'handover-leads-'));
  for (const folder of ['models', 'metrics', 'seeds']) {
    cpSync(join(home, folder), join(root, folder), {
      recursive: true,
      filter: (path) => !/(sample|published)$/.test(path),
    });
  }
  writeFiles(root, {
    'handover.yml': 'name: leads\nsources:\n  events: { files: dumps/*, max_rejected: 100% }\n',
    'dumps/.keep': '',
  });
  const sample = (month: string): string => `events-${month}.csv.gz`;
  const copy = (month: string): void =>
    copyFileSync(join(home, 'seeds/sample', sample(month)), join(root, 'dumps', sample(month)));
  copy('2026-02');
  return {
    root,
    toState: (state) => {
      const [here, gone] = state === 0 ? ['2026-03', '2026-04'] : ['2026-04', '2026-03'];
      rmSync(join(root, 'dumps', sample(gone)), { force: true });
      copy(here);
      writeFiles(root, { [model]: `select team, count(*) + ${state} as leads from lead_cycles group by team` });
    },
  };
}

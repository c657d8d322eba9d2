import { join } from 'node:path';
import { handover } from './dumps.mjs';
import { compare, describe, measure, say } from './measure.mjs';
import { build } from './models-pair.mjs';
import { sampleProject } from './sample-projects.mjs';

/** Each takes a tenth of a second: more of them cost little and settle the median. */
const timesAsMany = 5;

export const startSuite = {
  title: 'Starting',
  explanation: `What a command costs that has nothing to do, against \`node -e 0\`; each is measured ${timesAsMany} times as often as other
figures. "Nothing changed" is \`handover build\` of the sample once more, as people type it; the suite fails unless it says
that nothing changed.`,
  run,
};

/** @param {{ runs: number, folder: string }} options */
async function run({ runs, folder }) {
  const project = sampleProject(join(folder, 'sample'));
  await build(project);
  const commands = {
    '`handover --help`': { command: [handover, '--help'], target: 2 },
    'nothing changed': { command: [handover, 'build', '--project', project], target: 3, says: 'nothing changed' },
  };
  const figures = [];
  for (const [name, { command, target, says }] of Object.entries(commands)) {
    const pairs = [];
    for (let number = 1; number <= runs * timesAsMany; number++) {
      const { usage: base } = await measure(['-e', '0']);
      const { usage: ours, messages } = await measure(command);
      if (says !== undefined && !messages.includes(says)) throw new Error(`not "${says}", but\n${messages}`);
      pairs.push({ ours, base });
    }
    say(`${name}: ${describe(pairs[0].ours)}; node ${describe(pairs[0].base)}`);
    figures.push(compare({ name, against: '`node -e 0`', target }, pairs));
  }
  return { events: undefined, runs: runs * timesAsMany, figures };
}

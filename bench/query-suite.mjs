import { fileURLToPath } from 'node:url';
import { sharedAgreed } from './agreed-build.mjs';
import { publishedFile, rowsLoaded } from './artefacts.mjs';
import { handover } from './dumps.mjs';
import { compare, describe, measure, say } from './measure.mjs';

const floorScript = fileURLToPath(new URL('query-floor.mjs', import.meta.url));

/** What is asked, with the sample's metrics: as it was published, and computed for the question. */
const questions = {
  'one metric by team': ['win_rate', '--by', 'team'],
  'five metrics by week': [
    ...['mql_volume', 'mql_to_meeting_rate', 'response_within_sla_rate', 'follow_up_rate', 'no_show_rate'],
    ...['--grain', 'week'],
  ],
  'a condition and two dimensions': [
    ...['response_within_sla_rate', '--by', 'team,source', '--where', "country = 'DK'"],
  ],
};

export const querySuite = {
  title: 'Querying metrics',
  explanation: `\`handover query\` of the sample's metrics on generated events, as a person waits for it, start and end of the process
included. The floor, bench/query-floor.mjs, is a script that opens the published file and runs the same SQL, which was
written for it. The suite fails when the two do not give the same number of rows.`,
  run,
};

/** @param {{ events: number, runs: number, shared: string }} options */
async function run({ events, runs, shared }) {
  const { project } = await sharedAgreed(shared, events);
  const figures = [];
  for (const [name, question] of Object.entries(questions)) {
    const pairs = [];
    const call = [handover, 'query', ...question, '--project', project, '--format', 'json', '--quiet'];
    const floor = await floorOf(project, call);
    for (let number = 1; number <= runs; number++)
      pairs.push(await measureBoth(`${name} ${number}/${runs}`, call, floor));
    figures.push(compare({ name, against: 'floor', target: 2 }, pairs));
  }
  return { rows: rowsLoaded(project), figures };
}

/** The script with the SQL that the query runs. */
async function floorOf(project, call) {
  const { output } = await measure([...call, '--explain']);
  const parts = JSON.parse(output).map(({ sql }) => `(${sql}\n)`);
  return [floorScript, publishedFile(project), parts.join('\nunion\n')];
}

async function measureBoth(label, call, floor) {
  const base = await measure(floor);
  const ours = await measure(call);
  const counts = [ours, base].map(({ output }) => JSON.parse(output).length);
  if (counts[0] !== counts[1]) throw new Error(`${label}: ${counts[0]} rows, by hand ${counts[1]}`);
  say(`${label}: ${describe(ours.usage)}; floor ${describe(base.usage)}`);
  return { ours: ours.usage, base: base.usage };
}

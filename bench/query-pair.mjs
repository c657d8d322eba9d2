import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { handover } from './dumps.mjs';
import { compare, describe, measure, say } from './measure.mjs';

const floorScript = fileURLToPath(new URL('query-floor.mjs', import.meta.url));

/** What is asked, with the sample's metrics: as it was published, and computed for the question. */
const questions = {
  'query, one metric by team': ['win_rate', '--by', 'team'],
  'query, five metrics by week': [
    ...['mql_volume', 'mql_to_meeting_rate', 'response_within_sla_rate', 'follow_up_rate', 'no_show_rate'],
    ...['--grain', 'week'],
  ],
  'query, a condition and two dimensions': [
    ...['response_within_sla_rate', '--by', 'team,source', '--where', "country = 'DK'"],
  ],
};

/**
 * `handover query` of a project that was built, against a script that opens the file and runs the same SQL; both must
 * give the same number of rows.
 * @param {string} project a folder with the sample's metrics
 * @param {number} runs
 */
export async function measureQueries(project, runs) {
  const figures = [];
  for (const [name, question] of Object.entries(questions)) {
    const call = [handover, 'query', ...question, '--project', project, '--format', 'json', '--quiet'];
    const explained = await measure([...call, '--explain']);
    const parts = JSON.parse(explained.output).map(({ sql }) => `(${sql}\n)`);
    const floor = [floorScript, join(project, 'target', 'handover.duckdb'), parts.join('\nunion\n')];
    const pairs = [];
    for (let number = 1; number <= runs; number++) {
      const base = await measure(floor);
      const ours = await measure(call);
      const counts = [ours, base].map(({ output }) => JSON.parse(output).length);
      if (counts[0] !== counts[1]) throw new Error(`${name}: ${counts[0]} rows, by hand ${counts[1]}`);
      say(`${name} ${number}/${runs}: ${describe(ours.usage)}; floor ${describe(base.usage)}`);
      pairs.push({ ours: ours.usage, base: base.usage });
    }
    figures.push(compare({ name, against: 'floor', target: 2 }, pairs));
  }
  return figures;
}

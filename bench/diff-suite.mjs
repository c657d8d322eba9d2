import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { handover } from './dumps.mjs';
import { compare, describe, limitTime, measure, say } from './measure.mjs';
import { build } from './models-pair.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What is changed, where, and the definitions that a review must then name. */
const changes = {
  'a metric’s filter': {
    file: 'metrics/mql_to_meeting_rate.yml',
    edit: [/^filter: (.*)$/m, "filter: $1 and team = 'uk'"],
    expected: 'metric mql_to_meeting_rate',
  },
  'a promised time': {
    file: 'metrics/agreements/2026-h2.yml',
    edit: [/within_minutes: 120$/m, 'within_minutes: 150'],
    expected: 'agreement 2026-h2',
  },
};

export const diffSuite = {
  title: 'Reviewing a change',
  explanation: `\`handover diff\` of the sample in a repository of its own, built as the base has it, with one change in the
work tree. The suite fails when the review does not name that change, or with data finds no value that moved.

- "Definitions alone" is \`handover diff --no-data\`, less what \`node -e 0\` takes beside it.
- "With data" is \`handover diff\`, against \`handover build\` of the same project in which the same change was made: what
  differs is to be built twice at most, once for each side.`,
  run,
};

/** @param {{ runs: number, folder: string }} options */
async function run({ runs, folder }) {
  const reviewed = await repository(join(folder, 'reviewed'));
  const built = await repository(join(folder, 'built'));
  const parts = [];
  for (const [name, change] of Object.entries(changes)) {
    parts.push(await measureChange({ name, reviewed, built, runs, ...change }));
  }
  // It is always the sample.
  return { events: undefined, figures: parts.map(({ figure }) => figure), times: parts.map(({ time }) => time) };
}

async function measureChange({ name, file, edit, expected, reviewed, built, runs }) {
  const before = readFileSync(join(reviewed, file), 'utf8');
  const after = before.replace(...edit);
  if (after === before) throw new Error(`${file} has nothing to change`);
  writeFileSync(join(reviewed, file), after);
  const [alone, pairs] = [[], []];
  for (let number = 1; number <= runs; number++) {
    const { usage: node } = await measure(['-e', '0']);
    const definitions = await measureDiff(reviewed, expected, '--no-data');
    alone.push({ ...definitions, wallSeconds: definitions.wallSeconds - node.wallSeconds });
    const ours = await measureDiff(reviewed, expected, '--data');
    // The one way and back: each is a build of what differs.
    writeFileSync(join(built, file), number % 2 === 1 ? after : before);
    const { usage: base } = await build(built);
    say(`${name} ${number}/${runs}: ${describe(ours)}; alone ${describe(definitions)}; build ${describe(base)}`);
    pairs.push({ ours, base });
  }
  writeFileSync(join(reviewed, file), before);
  writeFileSync(join(built, file), before);
  await build(built);
  return {
    figure: compare({ name: `${name}, with data`, against: 'build of what differs', target: 2 }, pairs),
    time: limitTime(`${name}, definitions alone`, 2, alone),
  };
}

async function measureDiff(project, expected, data) {
  const call = [handover, 'diff', '--base', 'HEAD', data, '--format', 'json', '--quiet', '--project', project];
  const { usage, output } = await measure(call);
  const review = JSON.parse(output);
  const named = review.changes.map(({ kind, name }) => `${kind} ${name}`);
  if (!named.includes(expected)) throw new Error(`the review names ${named.join(', ') || 'nothing'}, not ${expected}`);
  const isMoved = review.data.kind === 'compared' && review.data.metrics.some(({ changed }) => changed > 0);
  if (data === '--data' && !isMoved) throw new Error(`no value moved: ${JSON.stringify(review.data).slice(0, 500)}`);
  return usage;
}

/** The sample, committed and built; a review of it asks nothing of whoever changes it. */
async function repository(folder) {
  for (const name of ['models', 'metrics', 'seeds']) {
    const isOwn = (path) => !relative(root, path).startsWith(join('metrics', 'published'));
    cpSync(join(root, name), join(folder, name), { recursive: true, filter: isOwn });
  }
  cpSync(join(root, 'handover.yml'), join(folder, 'handover.yml'));
  const off = ['version_bump', 'approvals', 'acknowledgements', 'deprecation_dates'].map((rule) => `${rule}: off`);
  appendFileSync(join(folder, 'handover.yml'), `review: { ${off.join(', ')} }\n`);
  writeFileSync(join(folder, '.gitignore'), 'target/\n');
  const git = (...parameters) => execFileSync('git', ['-C', folder, ...parameters], { stdio: 'pipe' });
  git('init', '--quiet');
  git('add', '--all');
  git('-c', 'user.name=Bench', '-c', 'user.email=bench@example.org', 'commit', '--quiet', '--message', 'The sample');
  await build(folder);
  return folder;
}

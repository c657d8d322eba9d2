import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The sample as it ships: its models, metrics, contracts, agreements and dump. */
export function sampleProject(folder) {
  write(
    join(folder, 'handover.yml'),
    `${config('sample', `${root}seeds/sample/events-*.csv.gz`)}extends: ${up(folder)}\n`,
  );
  return folder;
}

/**
 * The sample's models alone: the same SQL on the same rows, without what a build does beside running it. No contract is
 * stated, and of the metrics two trivial ones are left, since the promises that the models read must name one.
 */
export function modelsAlone(folder) {
  return withoutRest(folder, `${root}seeds/sample/events-*.csv.gz`);
}

/** The same on generated dumps, under an agreement that was in force from the start. */
export function agreedAlone(folder, glob) {
  withoutRest(folder, glob);
  const [first, ...later] = filesOf(join(folder, 'metrics', 'agreements'), '.yml').sort();
  for (const file of later) rmSync(file);
  rewrite(first, fromTheStart);
  return folder;
}

function withoutRest(folder, files) {
  write(join(folder, 'handover.yml'), config('models_alone', files));
  cpSync(join(root, 'seeds'), join(folder, 'seeds'), { recursive: true, filter: isNoDump });
  cpSync(join(root, 'models'), join(folder, 'models'), {
    recursive: true,
    filter: (path) => !path.endsWith('.tests.yml'),
  });
  for (const file of filesOf(join(folder, 'models'), '.yml')) {
    if (!file.endsWith('sources.yml')) rewrite(file, withoutContract);
  }
  for (const file of filesOf(join(root, 'metrics', 'agreements'), '.yml')) {
    write(join(folder, relative(root, file)), readFileSync(file, 'utf8'));
    rewrite(join(folder, relative(root, file)), withoutTargets);
  }
  for (const name of modelledPromises) write(join(folder, 'metrics', `${name}.yml`), stringify(trivialMetric(name)));
  return folder;
}

/** A project on generated dumps that has the sample's models, metrics and agreements. */
function scaledProject(folder, glob) {
  write(join(folder, 'handover.yml'), `${config('scaled', glob)}extends: ${up(folder)}\n`);
  return folder;
}

/** The same, with an agreement that was in force from the start: every metric has something to count. */
export function agreedProject(folder, glob) {
  scaledProject(folder, glob);
  const [first] = filesOf(join(root, 'metrics', 'agreements'), '.yml').sort();
  write(join(folder, relative(root, first)), stringify(fromTheStart(parse(readFileSync(first, 'utf8')))));
  return folder;
}

function fromTheStart(agreement) {
  return { ...agreement, effective_from: '2020-01-01' };
}

function config(name, files) {
  return `name: ${name}\nsources:\n  events: { kind: events, files: ${JSON.stringify(files)}, time_zone: Europe/Copenhagen }\n`;
}

function up(folder) {
  return JSON.stringify(relative(folder, root));
}

function withoutContract({ grain, contract, columns = {}, ...model }) {
  const kept = Object.entries(columns).map(([name, { description, type }]) => [
    name,
    { description, ...(type && { type }) },
  ]);
  return { ...model, columns: Object.fromEntries(kept) };
}

/** Promises that models read (the others are targets of metrics). */
const modelledPromises = ['response_within_sla_rate', 'follow_up_rate'];

function withoutTargets(agreement) {
  const sales = agreement.promises.sales.filter(({ metric }) => modelledPromises.includes(metric));
  return { ...agreement, promises: { marketing: [], sales } };
}

function trivialMetric(name) {
  return {
    name,
    type: 'count',
    label: { en: name, da: name },
    description: { en: name, da: name },
    owner: 'sales',
    model: 'lead_responses',
    time: 'mql_at',
    grains: ['quarter'],
    unit: 'count',
    direction: 'up',
    changes: [{ version: 1, why: 'The benchmark' }],
  };
}

function isNoDump(path) {
  return !relative(root, path).startsWith(join('seeds', 'sample'));
}

function filesOf(folder, extension) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith(extension))
    .map((name) => join(folder, name));
}

function rewrite(file, change) {
  writeFileSync(file, stringify(change(parse(readFileSync(file, 'utf8')))));
}

function write(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

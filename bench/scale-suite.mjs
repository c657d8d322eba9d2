import { mkdirSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { buildAgreed, sharedAgreed } from './agreed-build.mjs';
import { rowsLoaded, stages } from './artefacts.mjs';
import { compare, limitMemory, say } from './measure.mjs';

const sizes = [100_000, 1_000_000, 10_000_000, 100_000_000];
const memoryLimitsMb = { 10000000: 2000, 100000000: 8000 };

/** Above it, one build tells enough and takes long. */
const mostRepeated = 1_000_000;
/** Below it, the cost of starting hides what grows. */
const leastJudged = 1_000_000;
/** Ten times the events in ten times the time; a tenth more is noise. */
const growthLimit = 11;
/** Bytes on disk: the dumps, the work file, the published file and what spills. */
const roomPerEvent = 400;

export const scaleSuite = {
  title: 'From a hundred thousand events to a hundred million',
  explanation: `One \`handover build\` from nothing of the sample's models, metrics and contracts, under an agreement that was in force
from the start, on ten times as many generated events each time (up to \`--events\`; \`--dumps FOLDER\` gives exports for the
largest). What is measured against what is the same stage with a tenth of the events: ten times the events may take ten times
the time, and a tenth of that is let pass as noise. Up to a million events each is the median of several builds, above it one.
Seconds of stages are those that the build prints, to the tenth; the rest is starting, reading the project, planning,
binding, writing artefacts and ending. Memory is the most that the process held (RSS).`,
  causes: [
    {
      of: '100,000,000 events',
      why: `a build may take 6 GB then, and the largest joins, sorts and distinct counts no longer fit: models whose inputs have
  more rows than that are computed in two slices, and the rest goes by way of the disk. (From 1 M events on, a hundred times the
  events take less than sixty times the time.)`,
    },
  ],
  run,
};

/** @param {{ events: number, runs: number, folder: string, shared: string, dumps?: string }} options */
async function run({ events, runs, folder, shared, dumps }) {
  mkdirSync(folder, { recursive: true });
  const measured = [];
  const notes = [];
  for (const size of sizes.filter((each) => each <= events)) {
    const lacking = lackOfRoom(folder, size);
    if (lacking !== undefined) {
      say(lacking);
      notes.push(lacking);
      continue;
    }
    const isLargest = size * 10 > Math.min(events, sizes.at(-1));
    measured.push(await buildSize({ folder, size, runs, given: isLargest ? dumps : undefined, shared }));
  }
  return {
    rows: measured.at(-1)?.rows,
    runs: 1,
    figures: measured.slice(1).flatMap((larger, index) => growth(measured[index], larger)),
    stages: [{ builds: measured.map(({ size, middle }) => ({ name: `${counted(size)} events`, ...middle })) }],
    memory: measured.map(({ size, builds }) =>
      limitMemory(
        `${counted(size)} events`,
        memoryLimitsMb[size],
        builds.map(({ usage }) => ({ ours: usage })),
      ),
    ),
    notes,
  };
}

async function buildSize({ folder, size, runs, given, shared }) {
  if (size > mostRepeated) {
    // Other suites go on with it, unless its exports came from elsewhere.
    const build = given === undefined ? await sharedAgreed(shared, size) : await buildAgreed(folder, size, given);
    return { size, rows: rowsLoaded(build.project), builds: [build], middle: measuresOf(build) };
  }
  const builds = [];
  let rows = 0;
  for (let number = 1; number <= runs; number++) {
    const place = join(folder, String(size));
    const build = await buildAgreed(place, size, given);
    rows = rowsLoaded(build.project);
    builds.push(measuresOf(build));
    rmSync(place, { recursive: true });
  }
  const byTime = builds.toSorted((left, right) => left.usage.wallSeconds - right.usage.wallSeconds);
  return { size, rows, builds, middle: byTime[Math.floor((byTime.length - 1) / 2)] };
}

function measuresOf({ usage, seconds }) {
  return { usage, seconds };
}

/** The larger build and each of its stages, against the smaller one. */
function growth(smaller, larger) {
  const isTenfold = larger.size === smaller.size * 10;
  const target = isTenfold && smaller.size >= leastJudged ? { target: growthLimit } : {};
  const against = `${counted(smaller.size)} events`;
  const figure = (name, of) =>
    compare({ name: `${name}, ${counted(larger.size)} events`, against, ...target }, [
      { ours: of(larger.middle), base: of(smaller.middle) },
    ]);
  const stage = (name) => figure(name, ({ seconds }) => ({ wallSeconds: seconds[name] }));
  return [
    figure('whole build', ({ usage }) => usage),
    ...stages.map(stage).filter(({ pairs: [pair] }) => pair.base.wallSeconds > 0),
  ];
}

/** Why so many events cannot be measured here; undefined when they can. */
function lackOfRoom(folder, size) {
  const { bavail, bsize } = statfsSync(folder);
  const [free, needed] = [bavail * bsize, size * roomPerEvent].map((bytes) => Math.round(bytes / 1e9));
  if (free >= needed) return undefined;
  return `${counted(size)} events are left out: they take about ${needed} GB of disk, of which ${free} GB are free.`;
}

function counted(number) {
  return number.toLocaleString('en');
}

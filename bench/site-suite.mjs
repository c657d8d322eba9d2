import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { handover } from './dumps.mjs';
import { compare, limitMemory, limitTime, say } from './measure.mjs';
import { sampleProject } from './sample-projects.mjs';

const browserPath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const looked = ['/', '/da/quarterly/2026-Q3/', '/breaches/'];

export const siteSuite = {
  title: 'Building and opening the site',
  explanation: `\`handover site\` of the sample, with everything but the site built before.

- "Data alone" is a build of the site after the data changed (two published files, in turn), against one without what the
  pages were bundled to before; both draw every page in both languages. Memory is that of all processes together.
- "First view" is a page in Chromium, from the address to the end of the network's rest, less the half second for which
  rest is waited; transferred is what came over the wire before anything was touched, uncompressed as the preview serves it.`,
  run,
};

/** @param {{ runs: number, folder: string }} options */
async function run({ runs, folder }) {
  const project = sampleProject(join(folder, 'site'));
  const files = ['2026-11-22T06:00:00Z', '2026-11-23T04:58:12Z'].map((asOf, number) => {
    return { asOf, warehouse: join(folder, `data-${number}.duckdb`) };
  });
  const site = (command, { asOf, warehouse }) =>
    measureAll([handover, command, '--project', project, '--warehouse', warehouse, '--as-of', asOf, '--quiet']);
  for (const file of files) await site('build', file);
  const pairs = [];
  for (let number = 1; number <= runs; number++) {
    for (const name of ['site', 'site-bundle']) rmSync(join(project, 'target', name), { recursive: true, force: true });
    const base = await site('site', files[0]);
    const ours = await site('site', files[1]);
    say(
      `${number}/${runs}: whole ${base.wallSeconds.toFixed(1)} s, ${base.memoryMb.toFixed(0)} MB; data alone ${ours.wallSeconds.toFixed(1)} s`,
    );
    pairs.push({ ours, base });
  }
  const views = existsSync(browserPath) ? await firstViews(project, runs) : { times: [], weights: [] };
  const swapped = pairs.map(({ base }) => ({ ours: base }));
  return {
    events: undefined,
    figures: [compare({ name: 'data alone', against: 'the whole site', target: 0.5 }, pairs)],
    memory: [limitMemory('the whole site', 2000, swapped), limitMemory('data alone', 2000, pairs)],
    ...views,
  };
}

/** Like measure, but with the most memory that the process and all below it held at one time, looked at ten times a second. */
async function measureAll(command) {
  const started = performance.now();
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'ignore', 'inherit'] });
  let memoryMb = 0;
  const looking = setInterval(() => {
    memoryMb = Math.max(memoryMb, heldBy(child.pid));
  }, 100);
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  clearInterval(looking);
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}`);
  return { wallSeconds: (performance.now() - started) / 1000, memoryMb };
}

/** Megabytes that a process and all below it hold; 0 where the system does not tell. */
function heldBy(root) {
  if (!existsSync('/proc/self/stat')) return 0;
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap(readProcess);
  const wanted = new Set([root]);
  for (let before = 0; before < wanted.size; ) {
    before = wanted.size;
    for (const { pid, parent } of processes) if (wanted.has(parent)) wanted.add(pid);
  }
  return processes.filter(({ pid }) => wanted.has(pid)).reduce((sum, { pages }) => sum + (pages * 4096) / 1e6, 0);
}

/** None of a process that has ended meanwhile. */
function readProcess(name) {
  try {
    const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return [{ pid: Number(name), parent: Number(fields[1]), pages: Number(fields[21]) }];
  } catch {
    return [];
  }
}

async function firstViews(project, runs) {
  const preview = spawn(process.execPath, [handover, 'site', 'preview', '--project', project, '--port', '4791'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await new Promise((resolve) => preview.stderr.once('data', resolve));
  // Not sooner: other suites' processes would begin with what this one holds.
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
  const [times, weights] = [[], []];
  try {
    for (const address of looked) {
      const views = [];
      for (let number = 0; number < runs; number++) views.push(await view(browser, `http://localhost:4791${address}`));
      times.push(limitTime(`first view of ${address}`, 2, views));
      const most = Math.max(...views.map(({ bytes }) => bytes));
      weights.push({ name: address, megabytes: most / 1e6, limitMb: 1.5, isMet: most < 1_500_000 });
      say(
        `${address}: ${views.map(({ wallSeconds }) => wallSeconds.toFixed(2)).join(', ')} s; ${(most / 1e6).toFixed(2)} MB`,
      );
    }
  } finally {
    await browser.close();
    preview.kill();
  }
  return { times, weights };
}

/** Each in a browser context of its own: nothing is remembered from the view before. */
async function view(browser, url) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  const wire = await context.newCDPSession(page);
  await wire.send('Network.enable');
  let bytes = 0;
  wire.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  const started = performance.now();
  await page.goto(url, { waitUntil: 'networkidle' });
  const wallSeconds = (performance.now() - started) / 1000 - 0.5;
  await context.close();
  return { wallSeconds, bytes };
}

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { median } from './measure.mjs';

const jsonFile = fileURLToPath(new URL('results.json', import.meta.url));
const markdownFile = fileURLToPath(new URL('RESULTS.md', import.meta.url));
const packageFile = fileURLToPath(new URL('../package.json', import.meta.url));

/** Keeps the latest result of each suite as JSON, and writes all of them as Markdown. */
export function keepResult(suite, result) {
  const earlier = existsSync(jsonFile) ? JSON.parse(readFileSync(jsonFile, 'utf8')) : {};
  const results = { ...earlier, [suite]: rounded({ ...result, machine: machine() }) };
  writeFileSync(jsonFile, `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(markdownFile, introduction + Object.entries(results).map(section).join(''));
}

const introduction = `# Benchmarks

Written by \`pnpm bench <suite>\`; the runs behind each figure are in results.json. A ratio is the median over the runs of
what was measured to what it is measured against, pair by pair in one go on one machine, start and end of the process
included. Ratios are of wall time, and of processor time beside it; a time or memory is the median of the runs.
`;

function machine() {
  const { version, dependencies } = JSON.parse(readFileSync(packageFile, 'utf8'));
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: totalmem() / 2 ** 30,
    node: process.version,
    duckdb: dependencies['@duckdb/node-api'],
    handover: version,
  };
}

function section([suite, result]) {
  const { title, explanation, figures, times = [], memory = [], weights = [] } = result;
  const tables = [
    [
      ['figure', 'ours', 'against', 'takes', 'ratio', 'target', 'met', 'CPU ratio', 'memory', 'of the other'],
      figures.map(figureRow),
    ],
    [['time', 's', 'limit', 'met', 'memory'], times.map(timeRow)],
    [['most memory of any run', 'MB', 'limit', 'met'], memory.map(memoryRow)],
    [['transferred at first view', 'MB', 'limit', 'met'], weights.map(weightRow)],
  ];
  const texts = tables.filter(([, rows]) => rows.length > 0).map(([head, rows]) => table(head, rows));
  return `\n${[`## ${title} (\`pnpm bench ${suite}\`)`, explanation, circumstances(result), ...texts].join('\n\n')}\n`;
}

function circumstances({ date, events, rows, runs, machine: on }) {
  const when = date === undefined ? '' : `${date}: `;
  const loaded = rows === undefined ? '' : `, ${rows.toLocaleString('en')} rows loaded`;
  const size = events === undefined ? '' : `${events.toLocaleString('en')} events asked for${loaded}; `;
  return `${when}${size}${runs === 1 ? 'one run' : `${runs} runs`}.
${on.processor}, ${on.cores} cores, ${on.memoryGb.toFixed(0)} GB; node ${on.node}, DuckDB ${on.duckdb}, Handover ${on.handover}.`;
}

function figureRow({ name, against, target, ratio, cpuRatio, isMet, pairs }) {
  const middle = (side, unit) => median(pairs.map((pair) => pair[side][unit]));
  return [
    name,
    `${middle('ours', 'wallSeconds').toFixed(2)} s`,
    against,
    `${middle('base', 'wallSeconds').toFixed(2)} s`,
    ratioText(ratio),
    target === undefined ? '–' : `≤ ${ratioText(target)}`,
    metText(isMet),
    cpuRatio === undefined ? '–' : ratioText(cpuRatio),
    `${middle('ours', 'memoryMb').toFixed(0)} MB`,
    `${middle('base', 'memoryMb').toFixed(0)} MB`,
  ];
}

function timeRow({ name, wallSeconds, limitSeconds, isMet, usages }) {
  const isWeighed = usages.every((usage) => usage.memoryMb !== undefined);
  const memory = isWeighed ? `${median(usages.map((usage) => usage.memoryMb)).toFixed(0)} MB` : '–';
  return [name, wallSeconds.toFixed(2), `< ${limitSeconds}`, metText(isMet), memory];
}

function memoryRow({ name, memoryMb, limitMb, isMet }) {
  return [name, memoryMb.toFixed(0), `< ${limitMb}`, metText(isMet)];
}

function weightRow({ name, megabytes, limitMb, isMet }) {
  return [name, megabytes.toFixed(2), `< ${limitMb}`, metText(isMet)];
}

function metText(isMet) {
  return isMet === undefined ? '–' : isMet ? 'yes' : '**no**';
}

function ratioText(ratio) {
  return ratio < 0.5 ? `${Number((ratio * 100).toFixed(2))} %` : `${Number(ratio.toFixed(2))}×`;
}

function table(head, rows) {
  const lines = [head, head.map((_, index) => (index === 0 ? '---' : '--:')), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** To four places: more would be noise in every diff. */
function rounded(result) {
  const round = (_key, value) => (typeof value === 'number' ? Number(value.toFixed(4)) : value);
  return JSON.parse(JSON.stringify(result, round));
}

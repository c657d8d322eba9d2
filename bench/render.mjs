import { median } from './measure.mjs';

const introduction = `# Benchmarks

Written by \`pnpm bench <suite>\`; the runs behind each figure are in results.json. A ratio is the median over the runs of
what was measured to what it is measured against, pair by pair in one go on one machine, start and end of the process
included. Ratios are of wall time, and of processor time beside it; a time or memory is the median of the runs.
[docs/performance.md](../docs/performance.md) says where the time goes.
`;

/**
 * The results of all suites as Markdown, in the suites' order. Pure.
 * @param {Record<string, { title: string, explanation: string, causes?: readonly { of: string, why: string }[] }>} suites
 * @param {Record<string, object>} results what was measured, by suite
 */
export function renderResults(suites, results) {
  const measured = Object.entries(suites).filter(([name]) => results[name] !== undefined);
  return introduction + measured.map(([name, suite]) => section(name, suite, results[name])).join('');
}

function section(name, { title, explanation, causes = [] }, result) {
  const { figures = [], times = [], memory = [], weights = [], stages = [], notes = [] } = result;
  const tables = [
    [
      ['figure', 'ours', 'against', 'takes', 'ratio', 'target', 'met', 'CPU ratio', 'memory', 'of the other'],
      figures.map(figureRow),
    ],
    [['time', 's', 'limit', 'met', 'memory'], times.map(timeRow)],
    [['most memory of any run', 'MB', 'limit', 'met'], memory.map(memoryRow)],
    [['transferred at first view', 'MB', 'limit', 'met'], weights.map(weightRow)],
  ];
  const texts = [
    ...tables.filter(([, rows]) => rows.length > 0).map(([head, rows]) => table(head, rows)),
    ...stages.map(stageTable),
    ...notes,
    ...missed([...figures, ...times, ...memory, ...weights], causes),
  ];
  return `\n${[`## ${title} (\`pnpm bench ${name}\`)`, explanation, circumstances(result), ...texts].join('\n\n')}\n`;
}

/** Why a target is not met, for each that is not. */
function missed(judged, causes) {
  const lines = judged
    .filter(({ isMet }) => isMet === false)
    .map(({ name, against }) => {
      const found = causes.find(({ of }) => name.includes(of));
      const what = against === undefined ? name : `${name} (against ${against})`;
      return `- ${what}: ${found?.why ?? 'the cause is not known.'}`;
    });
  return lines.length === 0 ? [] : [`Not met:\n\n${[...new Set(lines)].join('\n')}`];
}

function circumstances({ date, events, rows, runs, machine: on }) {
  const when = date === undefined ? '' : `${date}: `;
  const loaded = rows === undefined ? '' : `, ${rows.toLocaleString('en')} rows loaded`;
  const size = events === undefined ? '' : `${events.toLocaleString('en')} events asked for${loaded}; `;
  return `${when}${size}${runs === 1 ? 'one run' : `${runs} runs`}.
${on.processor}, ${on.cores} cores, ${on.memoryGb.toFixed(0)} GB; node ${on.node}, DuckDB ${on.duckdb}, Handover ${on.handover}.`;
}

function figureRow({ name, against, target, ratio, cpuRatio, isMet, pairs }) {
  const of = (side) => pairs.map((pair) => pair[side]);
  return [
    name,
    `${median(of('ours').map(({ wallSeconds }) => wallSeconds)).toFixed(2)} s`,
    against,
    `${median(of('base').map(({ wallSeconds }) => wallSeconds)).toFixed(2)} s`,
    ratioText(ratio),
    target === undefined ? '–' : `≤ ${ratioText(target)}`,
    metText(isMet),
    cpuRatio === undefined ? '–' : ratioText(cpuRatio),
    memoryText(of('ours')),
    memoryText(of('base')),
  ];
}

function timeRow({ name, wallSeconds, limitSeconds, isMet, usages }) {
  return [name, wallSeconds.toFixed(2), `< ${limitSeconds}`, metText(isMet), memoryText(usages)];
}

function memoryRow({ name, memoryMb, limitMb, isMet }) {
  const limit = limitMb === undefined ? '–' : `< ${limitMb}`;
  return [name, memoryMb.toFixed(0), limit, metText(isMet)];
}

function weightRow({ name, megabytes, limitMb, isMet }) {
  return [name, megabytes.toFixed(2), `< ${limitMb}`, metText(isMet)];
}

/** Seconds by stage; a column each build. */
function stageTable({ builds }) {
  const names = Object.keys(builds[0].seconds);
  const rows = names.map((name) => [name, ...builds.map(({ seconds }) => seconds[name].toFixed(1))]);
  const total = ['in all', ...builds.map(({ usage }) => usage.wallSeconds.toFixed(1))];
  const memory = ['most memory', ...builds.map(({ usage }) => `${usage.memoryMb.toFixed(0)} MB`)];
  return table(['seconds by stage', ...builds.map(({ name }) => name)], [...rows, total, memory]);
}

function memoryText(usages) {
  const known = usages.map(({ memoryMb }) => memoryMb).filter((megabytes) => megabytes !== undefined);
  return known.length < usages.length ? '–' : `${median(known).toFixed(0)} MB`;
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

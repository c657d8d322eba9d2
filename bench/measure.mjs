import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';

/**
 * What one process used: wall and processor seconds (user and system, all threads), and the most memory it held.
 * @typedef {{ wallSeconds: number, cpuSeconds?: number, memoryMb: number }} Usage
 */

/**
 * Runs a script in a node of its own, start and end of the process included. This process must stay small: a child's
 * peak memory begins at what its parent holds when it forks.
 * @param {readonly string[]} command script and arguments
 * @returns {Promise<{ usage: Usage, output: string, messages: string }>} messages are those on stderr
 */
export function measure(command) {
  return measureProgram(process.execPath, ['--import', new URL('usage.mjs', import.meta.url).href, ...command]);
}

/**
 * Runs a program that tells at its end, as JSON on pipe 3, what it used (see usage.mjs and peers/usage.py).
 * @param {string} program
 * @param {readonly string[]} parameters
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} options
 */
export async function measureProgram(program, parameters, options = {}) {
  const started = performance.now();
  const child = spawn(program, parameters, { ...options, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  const [output, messages, report, code] = await Promise.all([
    ...child.stdio.slice(1).map(readText),
    new Promise((resolve, reject) => child.on('error', reject).on('close', resolve)),
  ]);
  const wallSeconds = (performance.now() - started) / 1000;
  if (code !== 0) throw new Error(`${[program, ...parameters].join(' ')} ended with ${code}:\n${output}${messages}`);
  return { usage: { wallSeconds, ...JSON.parse(report) }, output, messages };
}

async function readText(stream) {
  let text = '';
  for await (const chunk of stream.setEncoding('utf8')) text += chunk;
  return text;
}

/**
 * A figure: what was measured against what, pair by pair. The ratios are medians of the pairs' own ratios, so that a
 * slow moment of the machine, which hits both of a pair, counts little. Wall time is judged; it is what people wait for.
 * @param {{ name: string, against: string, target?: number }} figure without a target nothing is judged
 * @param {readonly { ours: Usage, base: Usage }[]} pairs
 */
export function compare(figure, pairs) {
  const ratio = median(pairs.map(({ ours, base }) => ours.wallSeconds / base.wallSeconds));
  const hasCpu = pairs.every(({ ours, base }) => ours.cpuSeconds !== undefined && base.cpuSeconds !== undefined);
  const cpuRatio = hasCpu ? median(pairs.map(({ ours, base }) => ours.cpuSeconds / base.cpuSeconds)) : undefined;
  const isMet = figure.target === undefined ? undefined : ratio <= figure.target;
  return { ...figure, ratio, cpuRatio, isMet, pairs };
}

/** Holds the median wall time of the runs against a limit in seconds. */
export function limitTime(name, limitSeconds, usages) {
  const wallSeconds = median(usages.map((usage) => usage.wallSeconds));
  return { name, wallSeconds, limitSeconds, isMet: wallSeconds < limitSeconds, usages };
}

/** Holds the most memory that any of the runs took against a limit; without one it is only told. */
export function limitMemory(name, limitMb, pairs) {
  const memoryMb = Math.max(...pairs.map(({ ours }) => ours.memoryMb));
  return { name, memoryMb, limitMb, isMet: limitMb === undefined ? undefined : memoryMb < limitMb };
}

export function median(values) {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** One line of progress on stderr. */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

export function describe({ wallSeconds, cpuSeconds, memoryMb }) {
  const cpu = cpuSeconds === undefined ? '' : `CPU ${cpuSeconds.toFixed(2)} s, `;
  return `${wallSeconds.toFixed(2)} s, ${cpu}${memoryMb.toFixed(0)} MB`;
}

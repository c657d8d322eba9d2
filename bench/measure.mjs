import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';

/**
 * What one process used: wall and processor seconds (user and system, all threads), and the most memory it held.
 * @typedef {{ wallSeconds: number, cpuSeconds: number, memoryMb: number }} Usage
 */

/**
 * Runs a script in a node of its own, start and end of the process included. This process must stay small: a child's
 * peak memory begins at what its parent holds when it forks.
 * @param {readonly string[]} command script and arguments
 * @returns {Promise<{ usage: Usage, output: string, messages: string }>} messages are those on stderr
 */
export async function measure(command) {
  const started = performance.now();
  const child = spawn(process.execPath, ['--import', new URL('usage.mjs', import.meta.url).href, ...command], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const [output, messages, report, code] = await Promise.all([
    ...child.stdio.slice(1).map(readText),
    new Promise((resolve, reject) => child.on('error', reject).on('close', resolve)),
  ]);
  const wallSeconds = (performance.now() - started) / 1000;
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}:\n${messages}`);
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
 * @param {{ name: string, against: string, target: number }} figure
 * @param {readonly { ours: Usage, base: Usage }[]} pairs
 */
export function compare(figure, pairs) {
  const ratio = median(pairs.map(({ ours, base }) => ours.wallSeconds / base.wallSeconds));
  const cpuRatio = median(pairs.map(({ ours, base }) => ours.cpuSeconds / base.cpuSeconds));
  return { ...figure, ratio, cpuRatio, isMet: ratio <= figure.target, pairs };
}

/** Holds the most memory that any of the runs took against a limit. */
export function limitMemory(name, limitMb, pairs) {
  const memoryMb = Math.max(...pairs.map(({ ours }) => ours.memoryMb));
  return { name, memoryMb, limitMb, isMet: memoryMb < limitMb };
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
  return `${wallSeconds.toFixed(2)} s, CPU ${cpuSeconds.toFixed(2)} s, ${memoryMb.toFixed(0)} MB`;
}

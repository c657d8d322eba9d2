import { Worker } from 'node:worker_threads';
import { DiagnosticsError } from '../diagnostics/diagnostic.ts';

/** How long work that was asked to stop may go on, in milliseconds. */
const usualGrace = 15_000;

/** Timers of Node.js wrap around beyond. */
const longest = 2 ** 31 - 1;

/**
 * Runs work that may not take longer than `milliseconds`. At the limit its signal is aborted, and whatever comes of the
 * work then, a DiagnosticsError `time-limit` does. Work that has not stopped `grace` milliseconds later, and were it by
 * code that never yields, ends the process: with exit code 3, or killed where even that does not get through.
 */
export async function withTimeLimit<T>(
  milliseconds: number,
  run: (signal: AbortSignal) => Promise<T>,
  { grace = usualGrace }: { readonly grace?: number } = {},
): Promise<T> {
  const controller = new AbortController();
  const message = `it takes longer than ${toWords(milliseconds)}`;
  const watchdog = watch(Math.min(milliseconds + grace, longest), `error ${message}, and does not stop [time-limit]\n`);
  const timer = setTimeout(() => controller.abort(), Math.min(milliseconds, longest));
  try {
    const value = await run(controller.signal);
    if (!controller.signal.aborted) return value;
    throw exceeded(message);
  } catch (error) {
    throw controller.signal.aborted ? exceeded(message) : error;
  } finally {
    clearTimeout(timer);
    await watchdog.terminate();
  }
}

function exceeded(message: string): DiagnosticsError {
  const fix = 'Raise review.time_limit in handover.yml, or give it more with --time-limit.';
  return new DiagnosticsError([{ code: 'time-limit', severity: 'error', message, fix }], 'environment');
}

/** `10 minutes`, `1.5 seconds`. */
function toWords(milliseconds: number): string {
  const isMinutes = milliseconds >= 60_000 && milliseconds % 60_000 === 0;
  const [number, unit] = isMinutes ? [milliseconds / 60_000, 'minute'] : [milliseconds / 1000, 'second'];
  return `${number} ${unit}${number === 1 ? '' : 's'}`;
}

/**
 * Runs in a thread of its own, as a text so that a bundle is one file. A thread cannot end the process; through the
 * inspector it has the main thread do so, between two instructions of whatever that is busy with. Code of another
 * language is not interrupted so, and a process that ends waits for what of it runs in other threads, after this one has
 * ended: another process kills it a second later.
 */
const watchdogCode = `
const { spawn } = require('node:child_process');
const { workerData } = require('node:worker_threads');
const { writeSync } = require('node:fs');
setTimeout(() => {
  try { writeSync(2, workerData.line); } catch {}
  const kill = "setTimeout(() => { try { process.kill(Number(process.argv[1]), 'SIGKILL') } catch {} }, 1000)";
  const killer = spawn(process.execPath, ['-e', kill, String(process.pid)], { detached: true, stdio: 'ignore' });
  // Where no process can be had, exit code 3 is worth less than the end.
  killer.on('error', () => process.kill(process.pid, 'SIGKILL'));
  const { Session } = require('node:inspector');
  const session = new Session();
  session.connectToMainThread();
  // Stderr is closed first: Node.js would write there that a debugger is still connected.
  const expression = "process.getBuiltinModule('node:fs').closeSync(2); process.reallyExit(3)";
  killer.on('spawn', () => session.post('Runtime.evaluate', { expression }));
}, workerData.milliseconds);
`;

function watch(milliseconds: number, line: string): Worker {
  const worker = new Worker(watchdogCode, {
    eval: true,
    workerData: { milliseconds, line },
    // None of what the process was started with, loaders above all.
    execArgv: [],
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 4 },
  });
  // A thread that cannot be had limits nothing, and is no reason to fail.
  worker.on('error', () => undefined);
  worker.unref();
  return worker;
}

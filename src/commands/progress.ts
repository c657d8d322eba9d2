import type { Progress } from '../diagnostics/progress.ts';

/** On a terminal a live line per task, elsewhere a plain line when it ends; always with its time, never on stdout. */
export function terminalProgress(stream: NodeJS.WriteStream, options: { color: boolean }): Progress {
  return stream.isTTY === true && options.color ? live(stream) : plain(stream);
}

function plain(stream: NodeJS.WriteStream): Progress {
  return {
    async task(title, work, summary) {
      const startedAt = performance.now();
      const value = await work(() => undefined);
      const said = summary === undefined ? '' : `  ${summary(value)}`;
      stream.write(`${title}${said}  ${seconds(performance.now() - startedAt)}\n`);
      return value;
    },
  };
}

function live(stream: NodeJS.WriteStream): Progress {
  return {
    async task(title, work, summary) {
      const { Listr, ListrLogger, PRESET_TIMER, ProcessOutput } = await import('listr2');
      const logger = new ListrLogger({ processOutput: new ProcessOutput(stream, stream) });
      const results: Awaited<ReturnType<typeof work>>[] = [];
      await new Listr(
        [
          {
            title,
            task: async (_context, task) => {
              const value = await work((detail) => {
                task.output = detail;
              });
              results.push(value);
              if (summary !== undefined) task.title = `${title}  ${summary(value)}`;
            },
          },
        ],
        { rendererOptions: { logger, timer: PRESET_TIMER, collapseErrors: false, showErrorMessage: false } },
      ).run();
      const [value] = results;
      if (value === undefined && results.length === 0) throw new Error(`task "${title}" ended without a result`);
      return value as Awaited<ReturnType<typeof work>>;
    },
  };
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

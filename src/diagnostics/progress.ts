/** Tells a waiting person what is going on. The commands print it to stderr; the library is silent by default. */
export interface Progress {
  /**
   * Runs one named piece of work. `report` replaces the detail shown beside the title while it runs;
   * `summary` says in a few words what came out.
   */
  task<T>(
    title: string,
    work: (report: (detail: string) => void) => Promise<T>,
    summary?: (value: T) => string,
  ): Promise<T>;
}

export const silent: Progress = {
  task: (_title, work) => work(() => undefined),
};

/** What to say when a command reads a warehouse that is not there. */
export const nothingBuilt = {
  code: 'nothing-built',
  severity: 'error',
  message: 'nothing was built yet',
  fix: 'Run "handover build" first ("pnpm build:models" in this repository), or name another file with --warehouse FILE.',
} as const;

/** What to say when a command reads a warehouse that is not there. */
export const nothingBuilt = {
  code: 'nothing-built',
  severity: 'error',
  message: 'nothing was built yet',
  fix: 'Run "pnpm build:models" first, or name another file with --warehouse FILE.',
} as const;

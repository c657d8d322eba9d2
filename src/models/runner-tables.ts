/** Tables of schema main that the runner itself writes and publishes; models may read them. */
export const runnerTables = [
  'load_files',
  'load_rejects',
  'agreement_promises',
  'agreement_documents',
  'agreement_special_days',
] as const;

/** Those that are made of what the models give, and what is said of the build: its own start is no input of a model. */
export const resultTables = [
  'metric_values',
  'metric_definitions',
  'metric_reconciliations',
  'improvements',
  'decisions',
  'contract_results',
  'model_inputs',
  'restatements',
  'build_inputs',
  'build_info',
] as const;

/** Tables of schema main that the runner itself writes and publishes; models may read them. */
export const runnerTables = ['load_files', 'load_rejects', 'agreement_promises', 'build_info'] as const;

/** Those that are made of what the models give. */
export const resultTables = ['metric_values', 'metric_definitions', 'contract_results'] as const;

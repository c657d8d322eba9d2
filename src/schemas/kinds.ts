import type * as z from 'zod';
import { agreementSchema } from '../project/agreement-schema.ts';
import { configSchema } from '../project/config-file.ts';
import { decisionsSchema } from '../project/decision-file.ts';
import { improvementSchema } from '../project/improvement-file.ts';
import { layoutSchema } from '../project/layout-file.ts';
import { metricSchema } from '../project/metric-schema.ts';
import { modelSchema } from '../project/model-schema.ts';
import { testsSchema } from '../project/test-file.ts';
import { catalogueSchema } from '../state/catalogue-schema.ts';
import { manifestSchema } from '../state/manifest-schema.ts';
import { runResultsSchema } from '../state/run-results-schema.ts';

/** A kind of file, and what it must look like. */
export interface SchemaKind {
  /** The schema's file is `<name>.schema.json`. */
  readonly name: string;
  readonly title: string;
  readonly schema: z.ZodType;
}

/** Files that people write. Every key has a description: editors show it. */
export const writtenKinds: readonly SchemaKind[] = [
  { name: 'handover', title: 'A project: handover.yml', schema: configSchema },
  { name: 'agreement', title: 'A version of the agreement: metrics/agreements/*.yml', schema: agreementSchema },
  {
    name: 'improvement',
    title: 'An improvement that was agreed on: metrics/improvements/*.yml',
    schema: improvementSchema,
  },
  { name: 'decisions', title: 'What a review meeting decided: metrics/decisions/*.yml', schema: decisionsSchema },
  { name: 'metric', title: 'A metric: metrics/*.yml', schema: metricSchema },
  { name: 'model', title: 'A model: models/**/<model>.yml', schema: modelSchema },
  { name: 'tests', title: 'Unit tests of a model: models/**/<model>.tests.yml', schema: testsSchema },
  { name: 'sources', title: "What a CRM's export holds: models/staging/<kind>/sources.yml", schema: layoutSchema },
];

/** Files that a build writes for other tools. */
export const artefactKinds: readonly SchemaKind[] = [
  { name: 'manifest', title: 'What a project consists of: target/manifest.json', schema: manifestSchema },
  { name: 'run-results', title: 'What became of each model: target/run-results.json', schema: runResultsSchema },
  { name: 'catalogue', title: 'What is known of each metric: target/catalogue.json', schema: catalogueSchema },
];

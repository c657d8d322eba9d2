import * as z from 'zod';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { age, toHours } from './age.ts';
import { type ContractDefaults, checkContractAlone, metricContractSchema } from './metric-contract.ts';
import { type ReviewPolicy, reviewPolicySchema, toReviewPolicy } from './review-policy.ts';
import { type SiteSettings, siteSettingsSchema, toSiteSettings } from './site-settings.ts';
import { isTimeZone, monthNames } from './time.ts';
import { type Place, parseYaml, type SourceText, type YamlPath } from './yaml-file.ts';

/** Where rows come from: a source of handover.yml. */
export interface SourceConfig {
  readonly name: string;
  /**
   * `events`: the canonical event log, into raw.events. `table`: any columns, into raw.<name>. Else the CRM that it is
   * an export of, a folder of models/staging/ with a sources.yml: into raw.<kind>_<table>.
   */
  readonly kind: string;
  /** Globs, relative to the project's root. */
  readonly files: readonly string[];
  /** Zone of timestamps that carry no offset. */
  readonly timeZone: string;
  /** Told by the file's name when absent. */
  readonly format?: 'csv' | 'ndjson' | 'json' | 'parquet';
  /** Tables only: column name → DuckDB type; inferred when absent. */
  readonly columns?: Readonly<Record<string, string>>;
  /** Tables only: the column that says how far the data reach (see `as_of`). */
  readonly recordedAt?: string;
  /** Not for tables: properties that may be stored beside the usual ones → the lead's attribute that they are, or null. */
  readonly properties: ReadonlyMap<string, string | null>;
  /** Columns, or properties, that hold personal data and what becomes of them before anything is stored. */
  readonly personal: ReadonlyMap<string, 'hash' | 'drop'>;
  /** More rejected rows than this share, or number, and nothing of the load is kept. */
  readonly maxRejected: { readonly share: number } | { readonly rows: number };
  at(path: YamlPath): Place;
}

interface FreshnessContract {
  readonly maxAgeHours: number;
  readonly severity: 'error' | 'warn';
}

/** What models of a folder are unless their own .yml says otherwise. */
export interface FolderDefaults {
  readonly materialized?: 'view' | 'table' | 'incremental' | 'ephemeral';
  readonly isPublic?: boolean;
  readonly tags?: readonly string[];
}

/** handover.yml, checked. */
export interface ProjectConfig {
  readonly name: string;
  /** Another project's folder whose models, metrics and seeds this one inherits; relative to this one. */
  readonly extends?: string;
  /** Reporting zone where no agreement names one. */
  readonly timeZone: string;
  /** 1 to 12; the agreement's own wins. */
  readonly fiscalYearStartMonth: number;
  readonly sources: readonly SourceConfig[];
  /** Leads of which nothing was heard for so long are not kept; absent: for ever. */
  readonly retentionMonths?: number;
  readonly contracts: {
    readonly freshness?: FreshnessContract;
    /** What must hold for every metric unless its own file says otherwise. */
    readonly metrics?: ContractDefaults;
  };
  /** What a change of definitions owes before it is merged. */
  readonly review: ReviewPolicy;
  /** What the review site shows, and where it lies. */
  readonly site: SiteSettings;
  /** Folder below models/ (`staging/hubspot`) → defaults of the models in it; deeper folders win. */
  readonly models: ReadonlyMap<string, FolderDefaults>;
  at(path: YamlPath, part?: 'key'): Place;
}

const identifier = z
  .string()
  .regex(/^[a-z][a-z0-9_]*$/, 'a name is lower case letters, digits and underscores, and starts with a letter');

const timeZone = z.string().refine(isTimeZone, 'not an IANA time zone such as Europe/Copenhagen');

const source = z.strictObject({
  kind: z
    .string()
    .default('events')
    .describe(
      'What the files hold: "events" (the event log of docs/event-log.md), "table" (any columns, read as raw.<source>), or the CRM that exported them, such as hubspot, salesforce or pipedrive.',
    ),
  files: z
    .union([z.string(), z.array(z.string()).min(1)])
    .describe('Where the files lie, relative to this file: a glob or a list of them. ** is all files at any depth.'),
  time_zone: timeZone.default('UTC').describe('IANA zone of times that carry no offset, such as Europe/Copenhagen.'),
  format: z
    .enum(['csv', 'ndjson', 'json', 'parquet'])
    .optional()
    .describe("How the files are written. Left out: told by each file's name."),
  columns: z
    .record(z.string(), z.string())
    .optional()
    .describe('Kind "table" only: each column with its DuckDB type. Left out: told by the values.'),
  recorded_at: z.string().optional().describe('Kind "table" only: the column that says how far the data reach.'),
  properties: z
    .union([z.array(z.string()), z.record(z.string(), z.string().nullable())])
    .default([])
    .describe(
      "Properties that may be stored beside the usual ones: a list, or each with the lead's attribute that it is (null: none).",
    ),
  personal: z
    .record(z.string(), z.enum(['hash', 'drop']))
    .default({})
    .describe(
      'Columns or properties that hold personal data, and what becomes of them before anything is stored: a salted hash, or nothing.',
    ),
  max_rejected: z
    .union([z.int().min(0), z.string().regex(/^\d+(\.\d+)? ?%$/, 'a number of rows, or a share such as 5 %')])
    .default('50 %')
    .describe('More rejected rows than this number, or share such as 5 %, and the load fails and changes nothing.'),
});

const freshness = z.strictObject({
  max_age: age.describe('The greatest age of the data when a build starts: hours or days, such as 36h or 3d.'),
  severity: z
    .enum(['error', 'warn'])
    .default('error')
    .describe('"error": older data are not published. "warn": they are, with a warning.'),
});

const folder = z.strictObject({
  materialized: z
    .enum(['view', 'table', 'ephemeral'])
    .optional()
    .describe("How results are kept: computed anew when read, as a table, or not at all (part of the reader's SQL)."),
  public: z.boolean().optional().describe('Whether readers, metrics and reports get them.'),
  tags: z.array(z.string()).optional().describe('Words to select them by: --select tag:daily.'),
});

/** The shape of handover.yml. */
export const configSchema = z.strictObject({
  name: identifier.describe("The project's name: lower case letters, digits and underscores."),
  extends: z
    .string()
    .optional()
    .describe(
      'Folder of another project, relative to this one, whose models, metrics and seeds this one inherits. A file of the same name wins; agreements of its own replace the inherited ones altogether.',
    ),
  time_zone: timeZone
    .default('UTC')
    .describe('IANA zone in which weeks and months begin, in a project without an agreement.'),
  fiscal_year_starts: z
    .enum(monthNames)
    .default('january')
    .describe('First month of the fiscal year, in a project without an agreement.'),
  sources: z
    .record(identifier, source)
    .default({})
    .describe('Where the data come from: a name of your choice for each, and what it is.'),
  retention_months: z
    .int()
    .min(1)
    .optional()
    .describe(
      'Leads of which nothing was heard for so many months are removed at each build. Left out: kept for ever.',
    ),
  models: z
    .record(z.string(), folder)
    .default({})
    .describe(
      'Folders below models/, such as staging or staging/hubspot, and what the models in them are unless their own .yml says otherwise; deeper folders win.',
    ),
  contracts: z
    .strictObject({
      freshness: freshness.optional().describe('How old the data may be when a build starts.'),
      metrics: metricContractSchema
        .optional()
        .describe(
          "What must hold for every metric, unless its own contract says otherwise; a key's false switches it off.",
        ),
    })
    .default({})
    .describe('What must hold for the data before anything is published.'),
  review: reviewPolicySchema
    .prefault({})
    .describe('What a change of definitions owes before it is merged, as "handover diff" checks it.'),
  site: siteSettingsSchema.prefault({}).describe('What the review site shows, and where it lies.'),
});

/** Reads handover.yml; problems are added with their place. */
export function readConfig(file: SourceText, problems: Diagnostic[]): ProjectConfig | undefined {
  const located = parseYaml(file, configSchema, problems);
  if (located === undefined) return undefined;
  const { value, at } = located;
  return {
    name: value.name,
    ...(value.extends === undefined ? {} : { extends: value.extends }),
    timeZone: value.time_zone,
    fiscalYearStartMonth: monthNames.indexOf(value.fiscal_year_starts) + 1,
    ...(value.retention_months === undefined ? {} : { retentionMonths: value.retention_months }),
    sources: Object.entries(value.sources).map(([name, entry]) => toSource(name, entry, at, problems)),
    models: new Map(Object.entries(value.models).map(([folder, entry]) => [folder, toDefaults(entry)])),
    contracts: toContracts(value.contracts, at, problems),
    review: toReviewPolicy(value.review),
    site: toSiteSettings(value.site),
    at,
  };
}

function toContracts(
  { freshness, metrics }: z.infer<typeof configSchema>['contracts'],
  at: (path: YamlPath) => Place,
  problems: Diagnostic[],
): ProjectConfig['contracts'] {
  if (metrics !== undefined)
    problems.push(...checkContractAlone(metrics, (path) => at(['contracts', 'metrics', ...path])));
  return {
    ...(freshness === undefined
      ? {}
      : { freshness: { maxAgeHours: toHours(freshness.max_age), severity: freshness.severity } }),
    ...(metrics === undefined ? {} : { metrics: { yaml: metrics, at } }),
  };
}

/** What every project's models are where its handover.yml says nothing. */
const folderDefaults: ReadonlyMap<string, FolderDefaults> = new Map([
  ['staging', { materialized: 'view' }],
  ['marts', { isPublic: true }],
]);

/** The defaults of a model in these folders, those of the deepest folder first. */
export function defaultsOf(config: ProjectConfig | undefined, folders: readonly string[]): FolderDefaults {
  const paths = folders.map((_, index) => folders.slice(0, index + 1).join('/'));
  const entries = paths.flatMap((path) => [folderDefaults.get(path) ?? {}, config?.models.get(path) ?? {}]);
  return Object.assign({}, ...entries);
}

function toDefaults(entry: z.infer<typeof configSchema>['models'][string]): FolderDefaults {
  return {
    ...(entry.materialized === undefined ? {} : { materialized: entry.materialized }),
    ...(entry.public === undefined ? {} : { isPublic: entry.public }),
    ...(entry.tags === undefined ? {} : { tags: entry.tags }),
  };
}

function toSource(
  name: string,
  entry: z.infer<typeof source>,
  at: (path: YamlPath) => Place,
  problems: Diagnostic[],
): SourceConfig {
  for (const key of ['columns', 'recorded_at'] as const) {
    if (entry.kind !== 'table' && entry[key] !== undefined) {
      problems.push({
        code: 'invalid-value',
        severity: 'error',
        message: `sources.${name}.${key}: a source of kind "${entry.kind}" has fixed columns`,
        ...at(['sources', name, key]),
        fix: `Remove "${key}", or make it "kind: table".`,
      });
    }
  }
  if (name === 'events' && entry.kind === 'table') {
    problems.push({
      code: 'invalid-value',
      severity: 'error',
      message: 'a table source cannot be named "events": raw.events is the event log',
      ...at(['sources', name]),
      fix: 'Give it another name.',
    });
  }
  return {
    name,
    kind: entry.kind,
    files: typeof entry.files === 'string' ? [entry.files] : entry.files,
    timeZone: entry.time_zone,
    ...(entry.format === undefined ? {} : { format: entry.format }),
    ...(entry.columns === undefined ? {} : { columns: entry.columns }),
    ...(entry.recorded_at === undefined ? {} : { recordedAt: entry.recorded_at }),
    properties: new Map(
      Array.isArray(entry.properties)
        ? entry.properties.map((property) => [property, property])
        : Object.entries(entry.properties),
    ),
    personal: new Map(Object.entries(entry.personal)),
    maxRejected:
      typeof entry.max_rejected === 'number'
        ? { rows: entry.max_rejected }
        : { share: Number.parseFloat(entry.max_rejected) / 100 },
    at: (path) => at(['sources', name, ...path]),
  };
}

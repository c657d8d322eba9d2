import * as z from 'zod';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
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
  readonly contracts: { readonly freshness?: FreshnessContract };
  at(path: YamlPath): Place;
}

const identifier = z
  .string()
  .regex(/^[a-z][a-z0-9_]*$/, 'a name is lower case letters, digits and underscores, and starts with a letter');

const timeZone = z.string().refine(isTimeZone, 'not an IANA time zone such as Europe/Copenhagen');

const source = z.strictObject({
  kind: z.string().default('events'),
  files: z.union([z.string(), z.array(z.string()).min(1)]),
  time_zone: timeZone.default('UTC'),
  format: z.enum(['csv', 'ndjson', 'json', 'parquet']).optional(),
  columns: z.record(z.string(), z.string()).optional(),
  recorded_at: z.string().optional(),
  properties: z.union([z.array(z.string()), z.record(z.string(), z.string().nullable())]).default([]),
  personal: z.record(z.string(), z.enum(['hash', 'drop'])).default({}),
  max_rejected: z
    .union([z.int().min(0), z.string().regex(/^\d+(\.\d+)? ?%$/, 'a number of rows, or a share such as 5 %')])
    .default('50 %'),
});

const config = z.strictObject({
  name: identifier,
  extends: z.string().optional(),
  time_zone: timeZone.default('UTC'),
  fiscal_year_starts: z.enum(monthNames).default('january'),
  sources: z.record(identifier, source).default({}),
  retention_months: z.int().min(1).optional(),
  contracts: z
    .strictObject({
      freshness: z
        .strictObject({
          max_age: z.string().regex(/^\d+(h|d)$/, 'an age is a number of hours or days, such as 36h or 3d'),
          severity: z.enum(['error', 'warn']).default('error'),
        })
        .optional(),
    })
    .default({}),
});

/** Reads handover.yml; problems are added with their place. */
export function readConfig(file: SourceText, problems: Diagnostic[]): ProjectConfig | undefined {
  const located = parseYaml(file, config, problems);
  if (located === undefined) return undefined;
  const { value, at } = located;
  const freshness = value.contracts.freshness;
  return {
    name: value.name,
    ...(value.extends === undefined ? {} : { extends: value.extends }),
    timeZone: value.time_zone,
    fiscalYearStartMonth: monthNames.indexOf(value.fiscal_year_starts) + 1,
    ...(value.retention_months === undefined ? {} : { retentionMonths: value.retention_months }),
    sources: Object.entries(value.sources).map(([name, entry]) => toSource(name, entry, at, problems)),
    contracts:
      freshness === undefined
        ? {}
        : { freshness: { maxAgeHours: toHours(freshness.max_age), severity: freshness.severity } },
    at,
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

function toHours(age: string): number {
  return Number.parseInt(age, 10) * (age.endsWith('d') ? 24 : 1);
}

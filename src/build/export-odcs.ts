import { createHash } from 'node:crypto';
import { isAbsolute, relative } from 'node:path';
import { stringify } from 'yaml';
import type { Agreement } from '../project/agreement.ts';
import { isOfRows } from '../project/metric.ts';
import { openProject, type Project } from '../project/project.ts';
import { warehouseFiles } from '../state/files.ts';
import { hashOf } from '../state/hash.ts';
import { inspectProject } from './inspect-project.ts';
import type { OdcsContract, OdcsMember, OdcsObject, OdcsSla } from './odcs.ts';
import { metricValuesObject } from './odcs-metrics.ts';
import { modelObject } from './odcs-models.ts';

interface OdcsRequest {
  /** The published file; target/handover.duckdb by default. */
  readonly warehouse?: string;
}

/**
 * What a project publishes as an Open Data Contract Standard document (v3.1.0), YAML: from its files, nothing need be
 * built.
 * @throws DiagnosticsError when the project or a model is wrong.
 */
export async function exportOdcs(root: string, request: OdcsRequest = {}): Promise<string> {
  const project = openProject(root);
  const schema = await schemaOf(project);
  const { published } = warehouseFiles(project.root, request.warehouse);
  return stringify(contractOf(project, schema, placeOf(project.root, published)), { lineWidth: 110 });
}

/** The public models that say what they are, then the table of all metric values. */
async function schemaOf(project: Project): Promise<OdcsObject[]> {
  const { planned, columns } = await inspectProject(project, (inspected) => ({
    planned: inspected.planned,
    columns: inspected.columns,
  }));
  const described = planned.filter(({ file }) => file.isPublic && file.description !== '').map(({ file }) => file);
  const names = new Set(described.map(({ name }) => name));
  return [
    ...described.map((file) => modelObject(file, columns.get(file.name) ?? new Map(), names)),
    metricValuesObject(project.metrics),
  ];
}

function contractOf(project: Project, schema: readonly OdcsObject[], database: string): OdcsContract {
  const { config, agreements } = project;
  const slaProperties = slasOf(project);
  const agreement = agreements.at(-1);
  const content = {
    name: config.name,
    status: 'active',
    description: {
      purpose: 'What marketing and sales promised each other, and what came of it: its tables and its metrics.',
      usage:
        'Open the DuckDB file read-only. Each build replaces it whole, and only when every rule of severity error holds.',
      limitations: `Periods are counted in ${agreement?.timeZone ?? config.timeZone}; instants carry their zone. Figures of periods that have not ended, or whose windows still run, are marked so.`,
    },
    servers: [{ server: 'published', type: 'duckdb', description: 'The published file.', database, schema: 'main' }],
    schema,
    ...(slaProperties.length === 0 ? {} : { slaProperties }),
    ...(agreement === undefined ? {} : { team: { name: config.name, members: membersOf(agreement) } }),
    ...(agreements.length === 0
      ? {}
      : { customProperties: [{ property: 'agreements', value: agreements.map(datesOf) }] }),
  } as const;
  return {
    apiVersion: 'v3.1.0',
    kind: 'DataContract',
    id: idOf(config.name),
    version: `1.0.0+${hashOf(content).slice(0, 8)}`,
    ...content,
  };
}

/** The same for a project of that name wherever it lies: a UUID of version 5. */
function idOf(name: string): string {
  const namespace = Buffer.from('6b2f7e0c5d7a4a53a0c2f3b98f0c1d4e', 'hex');
  const bytes = createHash('sha1').update(namespace).update(name).digest();
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** From the project's folder; of a file that lies elsewhere only its name, since its folder is this machine's. */
function placeOf(root: string, published: string): string {
  const path = relative(root, published).replaceAll('\\', '/');
  return path.startsWith('../') || isAbsolute(path) ? (path.split('/').at(-1) ?? path) : path;
}

function slasOf({ config, metrics }: Project): OdcsSla[] {
  const { freshness } = config.contracts;
  const ofMetrics = metrics.flatMap((metric) =>
    metric.contract.flatMap((rule): OdcsSla[] => {
      if (rule.kind !== 'freshness' || !isOfRows(metric)) return [];
      const description = `The newest row that ${metric.name} counts, when data are built.`;
      return [{ ...latency(rule.maxAgeHours, description), element: `${metric.model}.${metric.time}` }];
    }),
  );
  return [
    ...(freshness === undefined
      ? []
      : [latency(freshness.maxAgeHours, 'The greatest age of the data when they are published.')]),
    ...ofMetrics,
    ...(config.retentionMonths === undefined
      ? []
      : [
          {
            property: 'retention',
            value: config.retentionMonths,
            unit: 'months',
            driver: 'regulatory',
            description: 'Leads of which nothing was heard for so long are not kept.',
          } as const,
        ]),
  ];
}

function latency(value: number, description: string): OdcsSla {
  return { property: 'latency', value, unit: 'h', driver: 'operational', description };
}

/** Those who answer for the agreement, by title. */
function membersOf({ owners }: Agreement): OdcsMember[] {
  return (['marketing', 'sales'] as const).flatMap((side) => {
    const { title, deputy } = owners[side];
    const owner = { username: side, role: title, description: `SLA owner, ${side}` };
    return deputy === undefined
      ? [owner]
      : [owner, { username: `${side}-deputy`, role: deputy, description: `Deputy of the SLA owner, ${side}` }];
  });
}

function datesOf({ id, effectiveFrom }: Agreement) {
  return { id, effectiveFrom };
}

import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { agreementYaml } from './agreement-yaml.ts';
import { Random } from './random.ts';
import { iso } from './time.ts';
import type { CrmEvent, World } from './types.ts';

export const header = 'event_id,occurred_at,recorded_at,lead_id,type,stage,owner_id,team,channel,properties';

/**
 * Writes a world as a project of its own that takes models, metrics and seeds from this repository. Rows are shuffled
 * over two files; some are delivered twice, and some first in a version that a later recorded_at corrects.
 */
export function writeProject(root: string, world: World, seed: number): void {
  const repository = join(import.meta.dirname, '..', '..');
  const random = new Random(seed);
  mkdirSync(join(root, 'metrics', 'agreements'), { recursive: true });
  writeFileSync(
    join(root, 'handover.yml'),
    `name: nasty\nextends: ${relative(root, repository)}\nsources:\n  events: { kind: events, files: events-*.csv }\n`,
  );
  for (const agreement of world.agreements) {
    writeFileSync(join(root, 'metrics', 'agreements', `${agreement.id}.yml`), agreementYaml(agreement));
  }
  const rows = rowsOf(world, random);
  const half = Math.floor(rows.length / 2);
  writeFileSync(join(root, 'events-1.csv'), [header, ...rows.slice(0, half), ''].join('\n'));
  writeFileSync(join(root, 'events-2.csv'), [header, ...rows.slice(half), ''].join('\n'));
}

/** Every row that the CRM delivers of a world, in any order. */
export function rowsOf(world: World, random: Random): string[] {
  return random.shuffled(world.events.flatMap((event) => deliveries(random, event)));
}

function deliveries(random: Random, event: CrmEvent): string[] {
  const row = rowOf(event, event.recordedAt);
  if (random.chance(0.03)) return [row, row];
  if (random.chance(0.03)) {
    const corrected = { ...event, type: 'activity', stage: null, occurredAt: event.occurredAt - 60_000_000 };
    return [row, rowOf(corrected, event.occurredAt)];
  }
  return [row];
}

function rowOf(event: CrmEvent, recordedAt: number): string {
  const properties = event.properties === null ? '' : JSON.stringify(event.properties);
  const fields = [event.leadId, event.type, event.stage, event.ownerId, event.team, event.channel, properties];
  return [event.eventId, iso(event.occurredAt), iso(recordedAt), ...fields.map(quoted)].join(',');
}

function quoted(value: string | null): string {
  return value === null || value === '' ? '' : `"${value.replaceAll('"', '""')}"`;
}

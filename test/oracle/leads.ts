import { entryOf, isExit, rungOf } from './stages.ts';
import type { CrmEvent, Instant, Lead } from './types.ts';

/** Rule 2: the leads that survive merges and were not deleted, each with everything recorded on those merged into it. */
export function leadsOf(events: readonly CrmEvent[]): Lead[] {
  const survivor = survivors(events);
  const deleted = new Set(
    events.filter((e) => e.type === 'lead_deleted' && survivor(e.leadId) === e.leadId).map((e) => e.leadId),
  );
  const byLead = new Map<string, CrmEvent[]>();
  for (const event of events) {
    const leadId = survivor(event.leadId);
    if (!deleted.has(leadId)) byLead.set(leadId, [...(byLead.get(leadId) ?? []), event]);
  }
  return [...byLead].map(([leadId, own]) => ({ leadId, events: own.sort(inLeadOrder) }));
}

function survivors(events: readonly CrmEvent[]): (leadId: string) => string {
  const merges = new Map<string, CrmEvent>();
  for (const event of events) {
    if (event.type !== 'lead_merged' || into(event) === null) continue;
    const known = merges.get(event.leadId);
    if (known === undefined || isLater(event, known)) merges.set(event.leadId, event);
  }
  return (leadId) => {
    const path: string[] = [leadId];
    for (;;) {
      const merge = merges.get(path.at(-1) ?? leadId);
      const next = merge === undefined ? null : into(merge);
      if (next === null) return path.at(-1) ?? leadId;
      if (path.includes(next)) return targetOfLatest(path.slice(path.indexOf(next)), merges);
      path.push(next);
    }
  };
}

/** In a loop the target of the loop's latest merge survives. */
function targetOfLatest(loop: readonly string[], merges: ReadonlyMap<string, CrmEvent>): string {
  const ring = loop.flatMap((leadId) => merges.get(leadId) ?? []);
  const latest = ring.reduce((best, merge) => (isLater(merge, best) ? merge : best));
  return into(latest) ?? latest.leadId;
}

function into(event: CrmEvent): string | null {
  const target = event.properties?.into;
  return typeof target === 'string' && target !== '' ? target : null;
}

function isLater(a: CrmEvent, b: CrmEvent): boolean {
  return a.occurredAt > b.occurredAt || (a.occurredAt === b.occurredAt && a.eventId > b.eventId);
}

/** Rule 4: by time; at one instant stage entries first (up the ladder, then lost, then disqualified), then by event id. */
export function inLeadOrder(a: CrmEvent, b: CrmEvent): number {
  return a.occurredAt - b.occurredAt || rankAtOneInstant(a) - rankAtOneInstant(b) || (a.eventId < b.eventId ? -1 : 1);
}

function rankAtOneInstant(event: CrmEvent): number {
  const stage = entryOf(event);
  if (stage === null) return 100;
  if (isExit(stage)) return stage === 'lost' ? 50 : 51;
  return rungOf(stage);
}

/**
 * Rule 2: the latest `property_changed` up to the instant, else the survivor's `lead_created`, else the merged leads'.
 * Among several `lead_created` of one kind the earliest that says something wins (by event id at one instant); what it
 * leaves empty it does not say.
 */
export function attributeAt(lead: Lead, name: string, at: Instant): string | null {
  const changes = lead.events.filter(
    (e) => e.type === 'property_changed' && e.properties?.name === name && e.occurredAt <= at,
  );
  const change = changes.at(-1);
  if (change !== undefined) return text(change.properties?.value);
  const created = lead.events.filter((e) => e.type === 'lead_created').sort((a, b) => (isLater(a, b) ? 1 : -1));
  const own = created.filter((e) => e.leadId === lead.leadId);
  const merged = created.filter((e) => e.leadId !== lead.leadId);
  return (
    [...own, ...merged].map((e) => text(e.properties?.[name])).find((value) => value !== null && value !== '') ?? null
  );
}

function text(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

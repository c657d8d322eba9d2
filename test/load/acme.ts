import { Dump } from './dump.ts';

/** What the export of an invented CRM holds: one table of records, one of their history, one that is seldom exported. */
export const acmeLayout = `needs: [[people, changes]]
properties:
  country: country
  plan: lead_type
tables:
  people:
    description: One row per person.
    key: [id]
    latest_by: [updated_at]
    columns:
      id: { required: true, lead: true }
      updated_at: { type: timestamptz, recorded: true }
      clicked_at: { type: timestamptz, epoch_ms: true }
      local_at: { type: timestamp }
      born: { type: date }
      is_active: { type: boolean }
      score: { type: double }
      visits: { type: bigint }
      status: { aliases: [lead_status] }
      reason: { blank: true }
      tags: { type: json }
      properties: { type: json, allow_list: true, collect: prop_ }
  changes:
    description: One row per value that a property of a person had.
    files: [changes, history]
    key: [person_id, name, changed_at]
    columns:
      person_id: { required: true, lead: true }
      name: { required: true }
      value: { kept_by: name }
      changed_at: { type: timestamptz, required: true, recorded: true }
  visits:
    description: One row per visit of a person.
    key: [id]
    columns:
      id: { required: true }
      person_id: {}
`;

/** The source that reads it; `more` are further keys of it in handover.yml. */
export function acmeSource(more = 'max_rejected: 100%'): string {
  return `  acme: { kind: acme, files: "dumps/**", time_zone: Europe/Copenhagen, ${more} }`;
}

/** A project whose only source is an export of the CRM, in the folder dumps. */
export function acme(files: Record<string, string | Buffer>, more?: string): Promise<Dump> {
  return Dump.of({ 'models/staging/acme/sources.yml': acmeLayout, ...files }, acmeSource(more));
}

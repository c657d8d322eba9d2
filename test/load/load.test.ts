import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { csv, Dump } from './dump.ts';

const good = 'e1,2026-03-01T10:00:00Z,2026-03-01T10:05:00Z,L1,lead_created,,o1,dk_smb,email,"{""source"":""event""}"';

test('a CSV file of events becomes raw.events', async () => {
  const dump = await Dump.of({ 'events.csv': csv(good) });
  const result = await dump.load();
  expect(result.rows).toEqual({ read: 1, loaded: 1, duplicate: 0, superseded: 0, rejected: 0 });
  expect(result.newestRecordedAt.get('events')).toBe('2026-03-01T10:05:00Z');
  expect(await dump.rows('from raw.events')).toEqual([
    {
      crm: 'events',
      event_id: 'e1',
      occurred_at: '2026-03-01T10:00:00Z',
      recorded_at: '2026-03-01T10:05:00Z',
      first_recorded_at: '2026-03-01T10:05:00Z',
      lead_id: 'L1',
      type: 'lead_created',
      stage: null,
      owner_id: 'o1',
      team: 'dk_smb',
      channel: 'email',
      properties: '{"source":"event"}',
      file_id: 0,
      line: 2,
    },
  ]);
});

test('gzip', async () => {
  const dump = await Dump.of({ 'events.csv.gz': gzipSync(csv(good)) });
  expect((await dump.load()).rows.loaded).toBe(1);
});

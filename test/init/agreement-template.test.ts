import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkAgreements } from '../../src/agreement/check.ts';
import type { Agreement } from '../../src/project/agreement.ts';
import { agreementOf } from '../agreement/tables-of.ts';

const root = join(import.meta.dirname, '..', '..');
const template = readFileSync(join(root, 'src/init/template/metrics/agreements/2026.yml'), 'utf8');
const metrics = [
  'mql_volume',
  'icp_match_rate',
  'mql_acceptance_rate',
  'response_within_sla_rate',
  'follow_up_rate',
  'acceptance_within_sla_rate',
  'meeting_outcome_reported_rate',
  'no_show_rate',
];

/** Every line that stands there to be chosen, chosen: comments that are YAML, and none that are prose. */
function chooseAll(text: string): string {
  return text
    .replaceAll(/^( *)# (?=(?: {2}| ?- |[a-z_]+:|2026-))/gm, '$1')
    .replace(/sales: office # .*(\{.*\})$/m, 'sales: $1');
}

/** The lines of the first response as it is written, for a choice of tiers in their place. */
const alone = /^ {6}(within_minutes|reduced|surge): .*\n/gm;

function read(text: string): Agreement {
  const agreement = agreementOf(text);
  expect(checkAgreements([agreement], metrics)).toEqual([]);
  return agreement;
}

test('the agreement of a new project is in order and keeps Danish hours', () => {
  const { calendars, people, score, policies } = read(template);
  const [office] = calendars;
  expect(calendars).toHaveLength(1);
  expect(office?.hours.map(({ intervals }) => intervals)).toEqual([
    ...Array.from({ length: 4 }, () => [{ opens: 480, closes: 960 }]),
    [{ opens: 480, closes: 930 }],
  ]);
  expect(office?.closed.map(({ date }) => date)).toEqual(['2026-12-24', '2026-12-31']);
  expect([people, score.fit, policies.excluded]).toEqual([[], [], []]);
});

test('every line that may be chosen is in order, once it is', () => {
  const { calendars, people, score, playbooks, policies, stages } = read(
    chooseAll(template).replace(/ {6}tiers:\n( {8}.*\n)+/, ''),
  );
  const [office] = calendars;
  expect(office?.closed.map(({ date }) => date)).toEqual(['2026-05-01', '2026-06-05', '2026-12-24', '2026-12-31']);
  // Weeks 7, 28 to 30 and 42 from Monday to Sunday.
  expect(
    office?.reduced.map(({ from, to }) => [from, to, new Date(from).getUTCDay(), new Date(to).getUTCDay()]),
  ).toEqual([
    ['2026-02-09', '2026-02-15', 1, 0],
    ['2026-07-06', '2026-07-26', 1, 0],
    ['2026-10-12', '2026-10-18', 1, 0],
    ['2026-12-27', '2026-12-30', 0, 3],
  ]);
  expect([people, score.fit, score.intent, playbooks].map((list) => list.length)).toEqual([1, 1, 1, 1]);
  expect(stages[0]?.criteria).toEqual({ icp: true, scoreAtLeast: 40 });
  expect(policies).toMatchObject({ acceptance: 'verified', selfBooked: 'answers', pausedGraceMinutes: 60 });
});

test('tiers stand in the place of one promise to all', () => {
  const { promises } = read(chooseAll(template).replace(alone, ''));
  expect(promises.find(({ id }) => id === 'first_response')).toMatchObject({
    tiers: [{ id: 'demo' }, { id: 'standard' }],
  });
});

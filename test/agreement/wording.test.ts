import { expect, test } from 'vitest';
import { wordingOf } from '../../src/agreement/wording.ts';
import { readMetric } from '../../src/project/metric-file.ts';
import { agreementOf } from './tables-of.ts';

/** The wording of one promise that sales makes. */
function worded(promise: string, metric?: { unit: string; direction: string; type?: string }) {
  const [made] = agreementOf(`
    id: test
    effective_from: 2026-07-01
    time_zone: UTC
    owners: { marketing: { title: CMO }, sales: { title: CRO } }
    calendars:
      office:
        hours: { mon: ["08:00-16:00"] }
        reduced: [{ from: 2026-07-06, to: 2026-07-24, title: { en: Summer, da: Sommer } }]
    default_calendar: office
    teams: { uk: office, dk: { calendar: office, capacity_per_day: 9 } }
    promises: { sales: [${promise.replaceAll(/\s+/g, ' ')}] }
  `).promises;
  if (made === undefined) throw new Error('no promise');
  return wordingOf(made, metric === undefined ? undefined : metricOf(metric));
}

function metricOf({ unit, direction, type = 'percentile' }: { unit: string; direction: string; type?: string }) {
  const kind = type === 'ratio' ? 'numerator: a' : 'value: a, percentile: 0.5';
  const text = `{ name: m, type: ${type}, label: { en: First response, da: Første svar }, description: { en: E, da: D },
    owner: sales, model: m, time: t, ${kind}, unit: ${unit}, direction: ${direction}, changes: [{ version: 1, why: First }] }`;
  return readMetric({ path: 'metrics/m.yml', text }, []);
}

const share = { unit: 'percent', direction: 'up', type: 'ratio' };

test('targets by quarter and team stand behind the one that holds otherwise', () => {
  const target = '{ default: 90 %, quarters: { 2026-q3: 85 %, 2026-q4: 87.5 % }, teams: { uk: 80 % } }';
  expect(worded(`{ id: p, metric: m, target: ${target}, within_minutes: 45 }`, share)).toEqual({
    en: 'First response: at least 90 %, but 85 % in Q3 2026, 87.5 % in Q4 2026 and 80 % for uk (within 45 business minutes)',
    da: 'Første svar: mindst 90 %, dog 85 % i 3. kvartal 2026, 87,5 % i 4. kvartal 2026 og 80 % for uk (inden for 45 arbejdsminutter)',
  });
});

test('reduced and surge efforts follow the usual one, tier by tier', () => {
  const demo = `{ id: demo, title: { en: demo requests, da: demoforespørgsler }, when: { lead_type: demo },
    within_minutes: 30, reduced: { within_minutes: 60 }, surge: { within_minutes: 120 } }`;
  const tiers = `[${demo}, { id: standard, within_minutes: 90, reduced: { within_minutes: 480 } }]`;
  expect(worded(`{ id: p, metric: m_rate, target: 7 %, tiers: ${tiers} }`)).toEqual({
    en: 'm_rate: at least 7 % (demo requests within 30 business minutes, in reduced periods 1 business hour, beyond capacity 2 business hours; standard within 1.5 business hours, in reduced periods 8 business hours)',
    da: 'm_rate: mindst 7 % (demoforespørgsler inden for 30 arbejdsminutter, i perioder med nedsat bemanding 1 arbejdstime, ud over kapaciteten 2 arbejdstimer; standard inden for 1,5 arbejdstimer, i perioder med nedsat bemanding 8 arbejdstimer)',
  });
});

test.each([
  [
    'attempts: 1, channels: 1, business_days: 1, surge: { attempts: 2, channels: 1, business_days: 3 }',
    '1 attempt over 1 channel within 1 business day, beyond capacity 2 attempts over 1 channel within 3 business days',
    '1 forsøg via 1 kanal inden for 1 arbejdsdag, ud over kapaciteten 2 forsøg via 1 kanal inden for 3 arbejdsdage',
  ],
  [
    'accept_within_hours: 16, reduced: { accept_within_hours: 0.5 }',
    'accepted or rejected within 16 business hours, in reduced periods 30 business minutes',
    'accepteret eller afvist inden for 16 arbejdstimer, i perioder med nedsat bemanding 30 arbejdsminutter',
  ],
  ['report_within_days: 2', 'outcome recorded within 2 business days', 'udfald registreret inden for 2 arbejdsdage'],
])('a promise of { %s }', (effort, en, da) => {
  expect(worded(`{ id: p, metric: m, target: 95 %, ${effort} }`, share)).toEqual({
    en: `First response: at least 95 % (${en})`,
    da: `Første svar: mindst 95 % (${da})`,
  });
});

test('a target says its unit, its period and which way is better', () => {
  expect(worded('{ id: p, metric: m, target: 90, per: week }', { unit: 'minutes', direction: 'down' })).toEqual({
    en: 'First response: at most 90 minutes a week',
    da: 'Første svar: højst 90 minutter om ugen',
  });
  expect(worded('{ id: p, metric: m, target: 1500, per: month }').da).toBe('m: mindst 1.500 om måneden');
});

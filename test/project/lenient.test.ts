import { expect, it } from 'vitest';
import { emptyProject, openProject, readProjectLeniently } from '../../src/project/project.ts';
import { tinyProject } from '../build/project.ts';

it('reads a project without mistakes as it is opened', () => {
  const root = tinyProject();
  const { warnings, ...opened } = openProject(root);
  const { project, problems } = readProjectLeniently(root);
  // What finds places in a file is made anew each time.
  expect(JSON.stringify({ ...project, warnings })).toBe(JSON.stringify({ ...opened, warnings }));
  expect(problems).toEqual(warnings);
});

it('leaves out the file with a mistake and keeps the others', () => {
  const root = tinyProject({ 'metrics/broken.yml': 'name: broken\n', 'models/marts/other.sql': 'select 1 as one' });
  const { project, problems } = readProjectLeniently(root);
  expect(project?.metrics.map(({ name }) => name)).toEqual(['won_deals']);
  expect(project?.models.map(({ name }) => name)).toEqual(['deals', 'other']);
  expect(problems.some(({ file, severity }) => file === 'metrics/broken.yml' && severity === 'error')).toBe(true);
});

it.each([
  ['an unknown key', 'name: tiny\nsuorces: {}\ntime_zone: Europe/Copenhagen\n', 2],
  ['a wrong value', 'name: tiny\nfiscal_year_starts: brumaire\ntime_zone: Europe/Copenhagen\n', 2],
  ['broken syntax', 'name: tiny\nmodels: { a: [\ntime_zone: Europe/Copenhagen\n', 3],
  ['a key that is there twice', 'name: tiny\ntime_zone: Europe/Copenhagen\ntime_zone: UTC\n', 3],
  ['a wrong key of several lines', 'name: tiny\nmodels:\n  a:\n    public: 7\ntime_zone: Europe/Copenhagen\n', 4],
])('keeps the other keys of a handover.yml with %s', (_what, text, line) => {
  const { project, problems } = readProjectLeniently(tinyProject({ 'handover.yml': text }));
  expect(project?.config).toMatchObject({ name: 'tiny', timeZone: 'Europe/Copenhagen', fiscalYearStartMonth: 1 });
  expect(project?.metrics).toHaveLength(1);
  expect(problems).toContainEqual(expect.objectContaining({ severity: 'error', file: 'handover.yml', line }));
});

it('finds the places of the keys that it keeps where they were', () => {
  const text = 'nmae: tiny\nfiscal_year_starts:\n  brumaire\n\ntime_zone: UTC\n';
  const { project } = readProjectLeniently(tinyProject({ 'handover.yml': text }));
  expect(project?.config.name).toBe('unnamed');
  expect(project?.config.at(['time_zone'])).toMatchObject({ file: 'handover.yml', line: 5, column: 12 });
});

it('knows of no project where there is no handover.yml', () => {
  const root = tinyProject();
  const { project, problems } = readProjectLeniently(`${root}/models`);
  expect(project).toBeUndefined();
  expect(problems.map(({ code }) => code)).toEqual(['no-project']);
});

it('has an empty project for a state without one', () => {
  const project = emptyProject('/nowhere', 'tiny');
  expect(project.config).toMatchObject({ name: 'tiny', sources: [], timeZone: 'UTC' });
  expect(emptyProject('/nowhere', 'Not a name: [').config.name).toBe('unnamed');
});

it('reads the same from files whose lines end as Windows has them', () => {
  const text = `name: won_deals
version: 1
type: count
label: { en: Won deals, da: Vundne handler }
description:
  en: >-
    Deals
    won.

    In all.
  da: |
    Vundne
      handler.
owner: sales
model: deals
time: won_at
filter: |
  amount > 0
  and amount < 9
unit: count
direction: up
contract: { range: [0, 100] }
changes: [{ version: 1, why: "First
  version" }]
`;
  const read = (written: string) => readProjectLeniently(tinyProject({ 'metrics/won_deals.yml': written }));
  const [unix, windows] = [text, text.replaceAll('\n', '\r\n')].map(read);
  // The text itself is kept for messages.
  const said = (key: string, value: unknown) => (key === 'source' || key === 'text' ? undefined : value);
  expect([unix?.problems, windows?.problems]).toEqual([[], []]);
  expect(JSON.stringify(windows?.project?.metrics, said)).toBe(JSON.stringify(unix?.project?.metrics, said));
});

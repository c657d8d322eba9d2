import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { forgetBreaches } from '../../src/project/forget-breaches.ts';
import { tinyProject } from '../build/project.ts';

const header = 'lead_id,clause,due_on,cause\n';
const read = (root: string, name: string) => readFileSync(join(root, 'metrics/breaches', name), 'utf8');

it('takes the lines on a lead out of every file of the breach log, and leaves the others as they were', () => {
  const root = tinyProject({
    'metrics/breaches/a.csv': `${header}L1,follow_up,,"On\nleave"\nL2,follow_up,,"Left,\nsince May"\nL1,first_response,,Ill`,
    'metrics/breaches/b.csv': 'cause;lead_id;clause\r\nIll;crm:L1;follow_up\r\nIll;L3;follow_up\r\n',
    'metrics/breaches/c.csv': `${header}L10,follow_up,,L1 was there first\n`,
  });
  expect(forgetBreaches(root, ['L1', 'crm:L1'])).toEqual([
    { path: 'metrics/breaches/a.csv', rows: 2 },
    { path: 'metrics/breaches/b.csv', rows: 1 },
  ]);
  expect(read(root, 'a.csv')).toBe(`${header}L2,follow_up,,"Left,\nsince May"\n`);
  expect(read(root, 'b.csv')).toBe('cause;lead_id;clause\r\nIll;L3;follow_up\r\n');
  expect(read(root, 'c.csv')).toBe(`${header}L10,follow_up,,L1 was there first\n`);
  expect(forgetBreaches(root, ['L1'])).toEqual([]);
});

it('does nothing in a project without a breach log', () => {
  expect(forgetBreaches(tinyProject(), ['L1'])).toEqual([]);
});

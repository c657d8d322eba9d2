import { rmSync } from 'node:fs';
import { afterAll, describe, it } from 'vitest';
import { expectCase, good, temporary } from './project-cases.ts';

afterAll(() => rmSync(temporary, { recursive: true, force: true }));

describe('what an agreement may add: a project gives the tables worked out by hand', () => {
  it.each(good.filter(({ name }) => name.startsWith('rule-') && name >= 'rule-17'))(
    '$name',
    { timeout: 60_000 },
    expectCase,
  );
});

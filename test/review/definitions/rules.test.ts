import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { changeRules } from '../../../src/review/definitions/rules.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/review-rules.md'), 'utf8');
const documented = [...page.matchAll(/^\| `([a-z-]+)` \|.*\| (breaking|additive|cosmetic) \|[^|]*\|$/gm)];

test('each rule has a name of its own', () => {
  const ids = changeRules.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)]);
});

test('docs/review-rules.md has each rule with its class, and no other', () => {
  expect(documented.map(([, id, kind]) => `${id} ${kind}`).sort()).toEqual(
    changeRules.map(({ id, class: kind }) => `${id} ${kind}`).sort(),
  );
});

import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { build } from '../../src/build/build.ts';
import { publishPeriod } from '../../src/build/publish-period.ts';
import { readAgreement } from '../../src/project/agreement-file.ts';
import { openProject } from '../../src/project/project.ts';
import { termsOf } from '../../src/review/definitions/agreement-terms.ts';
import { diff } from '../../src/review/diff.ts';
import type { Review } from '../../src/review/types.ts';
import { toMarkdown } from '../../src/review/words/markdown.ts';
import { writeFiles } from '../build/project.ts';
import { repository } from '../project/repository.ts';
import { now, officeFiles } from './office.ts';

/** What a file becomes: gone, edited where its text is found, or another's text, edited. */
const replacements = z.array(z.tuple([z.string(), z.string()]));
const edits = z.record(
  z.string(),
  z.union([z.null(), replacements, z.strictObject({ copy: z.string(), replace: replacements.default([]) })]),
);
const historySchema = z.strictObject({
  title: z.string(),
  /** What the base has otherwise than the office; `none`: it has no project. */
  base: z.union([z.literal('none'), edits]).default({}),
  head: edits,
});

type Edits = z.infer<typeof edits>;

const folder = join(import.meta.dirname, 'histories');
const names = readdirSync(folder).sort();

/** The office, built and with its first quarter published; no repository yet. */
let office = '';

beforeAll(async () => {
  office = mkdtempSync(join(tmpdir(), 'handover-office-'));
  writeFiles(office, { '.gitignore': 'target/\n', ...officeFiles });
  await build(openProject(office), { now });
  await publishPeriod(office, { period: '2026-Q1' });
});
afterAll(() => rmSync(office, { recursive: true, force: true }));

test.each(names)('%s', async (name) => {
  const history = historySchema.parse(parse(readFileSync(join(folder, name, 'history.yml'), 'utf8')));
  const review = await reviewOf(history);
  await expect(withoutCommits(toMarkdown(review), review)).toMatchFileSnapshot(join(folder, name, 'expected.md'));
});

async function reviewOf({ base, head }: z.infer<typeof historySchema>): Promise<Review> {
  const { root, ...git } = repository();
  if (base === 'none') git.commit({ 'README.md': 'Nothing yet.\n' });
  cpSync(office, root, { recursive: true });
  if (base !== 'none') git.commit(filesAfter(root, base));
  git.branch('change');
  git.commit(filesAfter(root, head));
  return diff(root, { base: 'main', head: 'change', now });
}

function filesAfter(root: string, changes: Edits): Record<string, string | null> {
  const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');
  const entries = Object.entries(changes).map(([path, edit]): [string, string | null] => {
    if (edit === null) return [path, null];
    const isCopy = !Array.isArray(edit);
    return [path, replaced(textOf(isCopy ? edit.copy : path), isCopy ? edit.replace : edit)];
  });
  return Object.fromEntries(entries.map(([path, text]) => [path, text && withTerms(path, text)]));
}

function replaced(text: string, pairs: z.infer<typeof replacements>): string {
  return pairs.reduce((before, [from, to]) => {
    expect(before).toContain(from);
    return before.replace(from, to);
  }, text);
}

/** Approvals name the terms that they are of: `{terms}` stands for those of the text. */
function withTerms(path: string, text: string): string {
  if (!text.includes('{terms}')) return text;
  const agreement = readAgreement({ path, text: text.replaceAll('{terms}', '00000000') }, []);
  if (agreement === undefined) throw new Error(`${path} is no agreement`);
  return text.replaceAll('{terms}', termsOf(agreement));
}

function withoutCommits(markdown: string, { base, head }: Review): string {
  return markdown.replaceAll(base.commit ?? '-', 'aaaaaaaaaaaa').replaceAll(head.commit ?? '-', 'bbbbbbbbbbbb');
}

import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { commentMarker } from '../../src/review/words/markdown.ts';

const text = readFileSync(new URL('../../docs/review-in-ci.md', import.meta.url), 'utf8');
const blocks = [...text.matchAll(/```yaml\n([\s\S]*?)\n```\n/g)].map(([, yaml]) => yaml ?? '');

const workflowSchema = z.object({
  on: z.record(z.string(), z.unknown()),
  permissions: z.object({}).strict(),
  jobs: z.record(
    z.string(),
    z.object({
      if: z.string(),
      permissions: z.record(z.string(), z.enum(['read', 'write'])),
      'timeout-minutes': z.number(),
      steps: z.array(
        z.object({
          run: z.string().optional(),
          uses: z.string().optional(),
          with: z.record(z.string(), z.unknown()).optional(),
        }),
      ),
    }),
  ),
});
const [own, fork, post] = blocks.slice(0, 3).map((block) => workflowSchema.parse(parse(block)));
const gitLab = z
  .object({ 'review-definitions': z.object({ script: z.array(z.string()), rules: z.array(z.unknown()) }) })
  .parse(parse(blocks[3] ?? ''))['review-definitions'];

type Workflow = z.infer<typeof workflowSchema> | undefined;

function stepsOf(workflow: Workflow) {
  return Object.values(workflow?.jobs ?? {}).flatMap(({ steps }) => steps);
}

function runsOf(workflow: Workflow): string[] {
  return stepsOf(workflow).flatMap(({ run }) => (run === undefined ? [] : [run]));
}

function scriptOf(workflow: Workflow): string {
  return z
    .string()
    .parse(stepsOf(workflow).find((step) => step.uses?.startsWith('actions/github-script@'))?.with?.script);
}

describe('the workflows', () => {
  test('are four, and compare refs that come as variables', () => {
    expect(blocks).toHaveLength(4);
    for (const lines of [runsOf(own), runsOf(fork), gitLab.script]) {
      expect(lines.join('\n')).toMatch(/pnpm --silent handover diff .*--base "\$[A-Z_]+"/);
      expect(lines.join('\n')).toMatch(/--head "\$[A-Z_{]/);
    }
    expect(runsOf(fork).join('\n')).toContain('--no-data');
  });

  test('paste nothing into scripts, and use actions by their major version', () => {
    for (const workflow of [own, fork, post]) {
      for (const { run, uses, with: given } of stepsOf(workflow)) {
        expect(run ?? '').not.toContain('${{');
        expect(String(given?.script ?? '')).not.toContain('${{');
        expect(uses ?? 'actions/x@v1').toMatch(/^actions\/[a-z-]+@v\d+$/);
      }
    }
  });

  test('hold no more rights than they need, and none on the fork', () => {
    expect(own?.jobs.review?.permissions).toEqual({ contents: 'read', 'pull-requests': 'write' });
    expect(fork?.jobs.review?.permissions).toEqual({ contents: 'read' });
    expect(blocks[1]).not.toContain('secrets.');
    expect(post?.jobs.post?.permissions).toEqual({ actions: 'read', 'pull-requests': 'write' });
    expect(stepsOf(post).some(({ uses }) => uses?.startsWith('actions/checkout'))).toBe(false);
  });

  test('compare also where the base cannot be built, and not where the machine failed', () => {
    const builds = [...runsOf(own), ...gitLab.script].flatMap(
      (run) => /pnpm --silent handover build.*/.exec(run) ?? [],
    );
    expect(builds).toHaveLength(2);
    for (const line of builds) {
      const codes = [0, 1, 2, 3].map((code) => line.replace('pnpm --silent handover build', `(exit ${code})`));
      const ends = codes.map((script) => spawnSync('bash', ['-e', '-c', script]).status === 0);
      expect(ends).toEqual([true, true, true, false]);
    }
  });

  test('check out the base, and name no host', () => {
    for (const workflow of [own, fork]) {
      const checkout = stepsOf(workflow).find(({ uses }) => uses?.startsWith('actions/checkout@'));
      expect(checkout?.with).toMatchObject({ ref: expect.stringContaining('pull_request.base.sha'), 'fetch-depth': 0 });
    }
    expect(gitLab.script[0]).toBe('git checkout --quiet --detach "$CI_MERGE_REQUEST_DIFF_BASE_SHA"');
    expect(blocks.join('\n')).not.toMatch(/https?:\/\//);
  });
});

const folder = mkdtempSync(join(tmpdir(), 'handover-ci-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'review.md');

interface Comment {
  readonly id: number;
  readonly body: string;
  readonly user: { readonly login: string };
}

const bot = { login: 'github-actions[bot]' };

/** What a script of actions/github-script does to a pull request with these comments. */
async function posted(
  script: string,
  comments: readonly Comment[],
  pulls: readonly unknown[] = [],
): Promise<unknown[]> {
  const calls: unknown[] = [];
  const issues = {
    listComments: 'comments',
    createComment: ({ body, issue_number }: Record<string, unknown>) => calls.push({ create: issue_number, body }),
    updateComment: ({ body, comment_id }: Record<string, unknown>) => calls.push({ update: comment_id, body }),
  };
  const github = {
    rest: { issues, pulls: { list: 'pulls' } },
    paginate: async (what: unknown) => (what === 'comments' ? comments : pulls),
  };
  const head = { head_sha: 'abc', head_branch: 'x', head_repository: { owner: { login: 'them' } } };
  const context = { repo: { owner: 'o', repo: 'r' }, issue: { number: 7 }, payload: { workflow_run: head } };
  const run = Object.getPrototypeOf(posted).constructor('github', 'context', 'core', 'require', 'process', script);
  const environment = { env: { REVIEW_FILE: file, EXIT_CODE: '2' } };
  await run(github, context, { info: () => undefined }, createRequire(import.meta.url), environment);
  return calls;
}

describe('what is posted on GitHub', () => {
  const review = `${commentMarker}\n\n**No definition changes.**\n`;
  const others = { id: 1, body: `${commentMarker} mine`, user: { login: 'somebody' } };
  const earlier = { id: 2, body: `${commentMarker} old`, user: bot };

  test('is one comment, that of the workflow, updated the next time', async () => {
    writeFileSync(file, review);
    expect(await posted(scriptOf(own), [others])).toEqual([{ create: 7, body: review }]);
    expect(await posted(scriptOf(own), [others, earlier])).toEqual([{ update: 2, body: review }]);
  });

  test('of a comparison that failed says so in the same place', async () => {
    writeFileSync(file, '');
    expect(await posted(scriptOf(own), [earlier])).toEqual([
      {
        update: 2,
        body: expect.stringMatching(
          /^<!-- handover-diff -->\n\n\*\*Definitions could not be compared\*\* \(exit code 2\)/,
        ),
      },
    ]);
  });

  test('of a fork is quoted, on the pull request that has its commit', async () => {
    writeFileSync(file, '@all ```` <b>\n```\n#1');
    const pulls = [
      { number: 8, head: { sha: 'old' } },
      { number: 9, head: { sha: 'abc' } },
    ];
    expect(await posted(scriptOf(post), [others], pulls)).toEqual([
      {
        create: 9,
        body: expect.stringMatching(/^<!-- handover-diff -->\n[\s\S]*\n`{5}text\n@all ```` <b>\n```\n#1\n`{5}$/),
      },
    ]);
    expect(await posted(scriptOf(post), [], [pulls[0]])).toEqual([]);
  });
});

describe('what is posted on GitLab', () => {
  /** Runs the part of the job that posts, against a server that has these notes. */
  async function calls(notes: readonly unknown[]): Promise<string[]> {
    const seen: string[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (part) => {
        body += part;
      });
      request.on('end', () => {
        const { method, url = '', headers } = request;
        seen.push(`${method} ${url} ${headers['private-token']} ${body}`);
        response.end(JSON.stringify(url === '/user' ? { id: 5 } : url.endsWith('&page=1') ? notes : []));
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const script = /<<'SCRIPT'\n([\s\S]*?)\nSCRIPT\n/.exec(gitLab.script.at(-1) ?? '')?.[1] ?? '';
    const node = spawn(process.execPath, ['--input-type=module'], {
      env: {
        CI_API_V4_URL: `http://127.0.0.1:${port}`,
        CI_PROJECT_ID: '3',
        CI_MERGE_REQUEST_IID: '4',
        HANDOVER_REVIEW_TOKEN: 'token',
        REVIEW_FILE: file,
        EXIT_CODE: '0',
      },
      stdio: ['pipe', 'inherit', 'inherit'],
    });
    node.stdin.end(script);
    const code = await new Promise((done) => node.on('close', done));
    server.close();
    expect(code).toBe(0);
    return seen;
  }

  test('is one note, that of the token, updated the next time', async () => {
    const review = `${commentMarker}\n\nok\n`;
    writeFileSync(file, review);
    const others = { id: 1, body: `${commentMarker} mine`, author: { id: 6 } };
    const earlier = { id: 2, body: `${commentMarker} old`, author: { id: 5 } };
    const content = JSON.stringify({ body: review });
    expect(await calls([others])).toEqual([
      'GET /user token ',
      'GET /projects/3/merge_requests/4/notes?per_page=100&page=1 token ',
      'GET /projects/3/merge_requests/4/notes?per_page=100&page=2 token ',
      `POST /projects/3/merge_requests/4/notes token ${content}`,
    ]);
    expect((await calls([others, earlier])).at(-1)).toBe(`PUT /projects/3/merge_requests/4/notes/2 token ${content}`);
  });
});

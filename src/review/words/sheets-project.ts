import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { toolVersion } from '../../project/version.ts';
import type { ComparedRef, Review, Violation } from '../types.ts';
import { counted, quoted, sentence } from './markdown-words.ts';
import { type ListSheet, plainItems } from './sheet.ts';

const visible = { kind: 'list', intro: [], isFolded: false } as const;

/** What the review policy asks for, each with what to do. */
export function policySheet({ violations }: Review): ListSheet {
  const errorsFirst = [...violations].sort((left, right) => rank(left) - rank(right));
  return {
    ...visible,
    title: 'Missing for the review policy',
    floor: 5_000,
    noun: ['point', 'points'],
    ...plainItems(errorsFirst, violationOf),
  };
}

function rank({ severity }: Violation): number {
  return severity === 'error' ? 0 : 1;
}

function violationOf({ rule, severity, message, fix, file, line }: Violation): string {
  const place = file === null ? '' : ` ${quoted(line === null ? file : `${file}:${line}`)}`;
  return `${severity === 'error' ? 'Missing' : 'Warning'} (${quoted(rule)})${place}: ${sentence(message)} Fix: ${fix}`;
}

/** Why a side cannot be built. What a run says may hold data, so that of it only the code and the place are told. */
export function problemsSheet({ problems, data }: Review): ListSheet[] {
  return (['base', 'head'] as const).flatMap((side): ListSheet[] => {
    const isRun = problems[side].length === 0 && data.kind === 'failed' && data.side === side;
    const found = isRun ? data.problems : problems[side];
    if (found.length === 0) return [];
    return [
      {
        ...visible,
        title: `The ${side} cannot be built`,
        intro: isRun ? [saidLocally] : [],
        floor: 2_000,
        noun: ['problem', 'problems'],
        ...plainItems(found, (problem) =>
          isRun
            ? `${placeOf(problem)}${quoted(problem.code)}`
            : `${placeOf(problem)}${problem.message} (${quoted(problem.code)})`,
        ),
      },
    ];
  });
}

const saidLocally =
  'What a run says may hold data and is not shown here: `handover diff` on a machine with the data says more.';

function placeOf({ file, line }: Diagnostic): string {
  return file === undefined ? '' : `${quoted(line === undefined ? file : `${file}:${line}`)} `;
}

/** What was left out. */
export function notesSheet({ notes }: Review): ListSheet {
  return {
    ...visible,
    title: 'Notes',
    isFolded: true,
    floor: 1_000,
    noun: ['note', 'notes'],
    ...plainItems(notes, (note) => note),
  };
}

/** Which two states, and which data. */
export function comparedSheet({ project, base, head, data }: Review): ListSheet {
  const facts = [
    `Project: ${quoted(project, 80)}`,
    `Base: ${refOf(base)}`,
    `Head: ${refOf(head)}`,
    ...(data.kind === 'compared'
      ? [
          `Data as of ${data.asOf}, the same for both, as they were loaded by the last build; nothing was loaded for this`,
          `Run for the base: ${counted(data.ranBefore, 'model')}; for the head: ${counted(data.ranAfter, 'model')}`,
        ]
      : []),
    `Tool: \`handover diff\`, version ${toolVersion}`,
  ];
  return {
    ...visible,
    title: 'How it was compared',
    isFolded: true,
    floor: 2_000,
    noun: ['fact', 'facts'],
    ...plainItems(facts, (fact) => fact),
  };
}

function refOf({ asked, commit, isMergeBase, uncommitted }: ComparedRef): string {
  const isTree = commit === null;
  const parts = [
    isTree
      ? 'the work tree'
      : asked.startsWith(commit)
        ? quoted(commit, 40)
        : `${quoted(asked, 80)} at ${quoted(commit, 40)}`,
    ...(isMergeBase ? ['where the head left it (merge base)'] : []),
    ...(uncommitted > 0 ? [`with ${counted(uncommitted, 'file')} that no commit holds`] : []),
  ];
  return parts.join(', ');
}

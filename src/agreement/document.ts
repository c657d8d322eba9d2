import { type Agreement, type Playbook, type Side, sides } from '../project/agreement.ts';
import { readable } from './document-conditions.ts';
import { dayBefore, listOf, longDate, monthsLater } from './document-format.ts';
import { hoursSection } from './document-hours.ts';
import { toMarkdown } from './document-markdown.ts';
import { policiesSection } from './document-policies.ts';
import { promisesSection } from './document-promises.ts';
import { profileSection, stagesSection } from './document-stages.ts';
import type { AgreementDocument, Inline, Section, Text } from './document-text.ts';
import { type Language, words } from './document-words.ts';
import type { PromisedMetric } from './wording.ts';

/** What a document needs beside its agreement. */
export interface DocumentContext {
  readonly metrics: readonly PromisedMetric[];
  /** YYYY-MM-DD on which the next agreement takes effect; undefined when there is none yet. */
  readonly supersededOn?: string;
}

/** The agreement as Markdown of one page that both sides can read and sign. What users wrote is text, never markup. */
export function agreementDocument(agreement: Agreement, context: DocumentContext, language: Language): string {
  return toMarkdown(documentOf(agreement, context, language));
}

/** The agreement in words, whatever it is to be printed as. */
export function documentOf(agreement: Agreement, context: DocumentContext, language: Language): AgreementDocument {
  const { name, date, signature, untitled, signatures } = words[language];
  const sections = [
    promisesSection(agreement, context.metrics, language),
    stagesSection(agreement, language),
    hoursSection(agreement, language),
    profileSection(agreement, language),
    playbooksSection(agreement, language),
    releasesSection(agreement, language),
    policiesSection(agreement, language),
  ];
  return {
    language,
    title: agreement.title?.[language] ?? untitled,
    facts: factsOf(agreement, context, language),
    sections: sections.filter(({ blocks }) => blocks.length > 0),
    signatures: {
      title: signatures,
      sides: sides.map((side) => ({ side: words[language][side], title: signerOf(agreement, side, language) })),
      lines: { name, date, signature },
    },
  };
}

function factsOf(
  agreement: Agreement,
  { supersededOn }: DocumentContext,
  language: Language,
): AgreementDocument['facts'] {
  const { version, inForce, fromDay, fromUntil, owner, deputy } = words[language];
  const from = longDate(agreement.effectiveFrom, language);
  const until = supersededOn === undefined ? undefined : longDate(dayBefore(supersededOn), language);
  return [
    { name: version, value: agreement.id },
    { name: inForce, value: until === undefined ? fromDay(from) : fromUntil(from, until) },
    ...revisionOf(agreement, supersededOn !== undefined, language),
    ...sides.map((side) => {
      const { title, deputy: standIn } = agreement.owners[side];
      return {
        name: owner(words[language][side]),
        value: standIn === undefined ? title : deputy(title, standIn),
      };
    }),
  ];
}

/** Who signs for a side, and when it last approved terms: earlier approvals were of others. */
function signerOf({ owners, approvals }: Agreement, side: Side, language: Language): string {
  const { title } = owners[side];
  const last = approvals
    .filter(({ by }) => by === side)
    .map(({ on }) => on)
    .sort()
    .at(-1);
  return last === undefined ? title : `${title}; ${words[language].approved(longDate(last, language))}`;
}

function revisionOf(agreement: Agreement, isSuperseded: boolean, language: Language): AgreementDocument['facts'] {
  const { revision, everyMonths, nextBy } = words[language];
  if (agreement.review === undefined) return [];
  const every = everyMonths(agreement.review.everyMonths);
  const due = longDate(monthsLater(agreement.effectiveFrom, agreement.review.everyMonths), language);
  return [{ name: revision, value: isSuperseded ? every : nextBy(every, due) }];
}

function playbooksSection(agreement: Agreement, language: Language): Section {
  return {
    id: 'playbooks',
    title: words[language].playbooks,
    isWide: false,
    blocks:
      agreement.playbooks.length === 0
        ? []
        : [{ kind: 'list', items: agreement.playbooks.map((playbook) => playbookText(playbook, language)) }],
  };
}

/** Its title, the clauses that it belongs to, and its steps in one line. */
function playbookText({ title, clauses, url, steps }: Playbook, language: Language): Text {
  const name: Inline = url === undefined ? title[language] : { url, text: title[language] };
  const codes = clauses.flatMap((clause, index): Inline[] => [...(index === 0 ? [] : [', ']), { code: clause }]);
  const numbered = steps?.[language].map((step, index) => `${index + 1}) ${step}`).join(' ');
  return [name, ` (${words[language].belongsTo} `, ...codes, numbered === undefined ? ')' : `): ${numbered}`];
}

function releasesSection({ releaseReasons }: Agreement, language: Language): Section {
  const { releases, releasedBy, neverReleased } = words[language];
  const named = releaseReasons.map((reason) => readable(reason, 'reasons', language));
  const text = named.length === 0 ? neverReleased : releasedBy(listOf(named, 'or', language));
  return { id: 'releases', title: releases, isWide: false, blocks: [{ kind: 'paragraph', text: [text] }] };
}

import { english } from '../../agreement/document-english.ts';
import { longDate } from '../../agreement/document-format.ts';
import { type Agreement, type Playbook, type Side, sides } from '../../project/agreement.ts';
import { part, presence, type Term, wording } from './agreement-term.ts';

/** What stands around the promises: its name and time, who answers for it, and how it is kept in practice. */
export function frameTerms(agreement: Agreement): Term[] {
  const { id, effectiveFrom, timeZone, fiscalYearStartMonth, title, review } = agreement;
  const month = english.months[fiscalYearStartMonth - 1] ?? '';
  const day = longDate(effectiveFrom, 'en');
  return [
    replaced('id', id, id, 'the agreement is called'),
    replaced('effective_from', effectiveFrom, day, 'the agreement is in force from'),
    replaced('time_zone', timeZone, timeZone, 'weeks, months and quarters begin in the time zone'),
    replaced('fiscal_year_starts', fiscalYearStartMonth, month, 'the fiscal year starts in'),
    ...wording('title', 'title', title, 'the title of the agreement'),
    ...(review === undefined ? [] : [reviewTerm(review.everyMonths)]),
    ...sides.flatMap((side) => ownerTerms(agreement.owners[side], side)),
  ];
}

/** What says nothing of a single lead: how promises are kept in practice, and who approved them. */
export function practiceTerms({ playbooks, approvals }: Agreement): Term[] {
  return [
    ...playbooks.flatMap(playbookTerms),
    ...approvals.map(({ by, on, terms }): Term => {
      const day = longDate(on, 'en');
      return {
        path: `approvals.${by}.${terms}`,
        field: 'approvals',
        value: on,
        text: day,
        phrases: {
          added: `${by} approved the terms ${terms} on ${day}`,
          removed: `the approval of the terms ${terms} by ${by} is gone`,
          changed: (from) => `${by} approved the terms ${terms} on ${day} instead of ${from}`,
        },
      };
    }),
  ];
}

/** A value that every agreement has. */
function replaced(key: string, value: string | number, text: string, says: string): Term {
  return {
    path: key,
    field: key,
    value,
    text,
    phrases: {
      added: `${says} ${text}`,
      removed: `${says} nothing`,
      changed: (from) => `${says} ${text} instead of ${from}`,
    },
  };
}

function reviewTerm(everyMonths: number): Term {
  const text = english.everyMonths(everyMonths);
  return {
    path: 'review.every_months',
    field: 'review.every_months',
    value: everyMonths,
    text,
    phrases: {
      added: `the agreement is to be revised ${text}`,
      removed: 'nothing says any more how often the agreement is revised',
      changed: (from) => `the agreement is to be revised ${text} instead of ${from}`,
    },
  };
}

function ownerTerms({ title, deputy }: Agreement['owners'][Side], side: Side): Term[] {
  const term = (key: string, value: string, what: string): Term => ({
    path: `owners.${side}.${key}`,
    field: `owners.${key}`,
    value,
    text: value,
    phrases: {
      added: `${what} is ${value}`,
      removed: `${what} is no longer named`,
      changed: (from) => `${what} is ${value} instead of ${from}`,
    },
  });
  return [
    term('title', title, `the SLA owner of ${side}`),
    ...(deputy === undefined ? [] : [term('deputy', deputy, `the deputy of the SLA owner of ${side}`)]),
  ];
}

function playbookTerms({ id, title, clauses, url, steps }: Playbook): Term[] {
  const path = `playbooks.${part(id)}`;
  return [
    presence('playbooks', path, title.en, {
      added: `the playbook ${id} is new`,
      removed: `the playbook ${id} is gone`,
    }),
    ...wording('playbooks.title', `${path}.title`, title, `the title of the playbook ${id}`),
    listed(`${path}.clauses`, 'playbooks.clauses', [...clauses].sort(), `the clauses of the playbook ${id}`),
    ...(url === undefined
      ? []
      : [listed(`${path}.url`, 'playbooks.url', [url], `the places where the playbook ${id} is written down`)]),
    ...(steps === undefined
      ? []
      : (['en', 'da'] as const).map((language) =>
          listed(`${path}.steps.${language}`, 'playbooks.steps', steps[language], `the steps of the playbook ${id}`),
        )),
  ];
}

function listed(path: string, field: string, value: readonly string[], what: string): Term {
  return {
    path,
    field,
    value,
    text: value.join('; '),
    phrases: { added: `${what} are new`, removed: `${what} are gone`, changed: () => `${what} differ` },
  };
}

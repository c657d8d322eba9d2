import { type Agreement, type Side, sides } from '../../project/agreement.ts';
import { termsOf } from '../definitions/agreement-terms.ts';
import type { DefinitionChange } from '../types.ts';
import { type Missing, missingAt, type PolicyInput } from './policy.ts';

/** Agreements of other terms that a side has not approved. */
export function withoutApproval({ changes, base, head }: PolicyInput): Missing[] {
  return changes
    .filter((change) => change.kind === 'agreement' && change.class !== 'cosmetic')
    .flatMap((change): Missing[] => {
      if (change.change === 'removed') return [removedAgreement(change)];
      const agreement = head.agreements.find(({ id }) => id === change.name);
      if (agreement === undefined) return [];
      const isNew = !base.agreements.some(({ id }) => id === (change.previousName ?? change.name));
      return approvalOf(agreement, change, isNew);
    });
}

function approvalOf(agreement: Agreement, change: DefinitionChange, isNew: boolean): Missing[] {
  const terms = termsOf(agreement);
  const missing = sides.filter((side) => !isApproved(agreement, side, terms));
  if (missing.length === 0) return [];
  const isOld = agreement.approvals.some(({ by }) => missing.includes(by));
  // Quoted: eight digits may look like a number.
  const lines = missing.map((side) => `\`- { by: ${side}, on: YYYY-MM-DD, terms: "${terms}" }\``);
  const owners = missing.map((side) => `${agreement.owners[side].title} (${side})`).join(' and ');
  const verb = missing.length === 1 ? 'has' : 'have';
  const what = isOld ? 'them as they are now' : isNew ? 'it' : 'them';
  return [
    missingAt(change, {
      message: `${change.title} ${isNew ? 'is new' : 'has other terms'}, and ${owners} ${verb} not approved ${what}`,
      fix: `Once they agree, write under approvals in ${change.file}: ${lines.join(' and ')}`,
    }),
  ];
}

function isApproved({ approvals }: Agreement, side: Side, terms: string): boolean {
  return approvals.some((approval) => approval.by === side && approval.terms === terms);
}

function removedAgreement(change: DefinitionChange): Missing {
  return missingAt(change, {
    message: `${change.title} is taken away, and leads of its time are judged by another`,
    fix: 'Keep its file: an agreement ends by itself when the next one takes effect.',
  });
}

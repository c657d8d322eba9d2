import { counting, type Language, translate } from './catalogue.ts';

/** What of a verdict the sentence counts. */
export interface Judged {
  readonly side: string;
  /** kept | missed | open | no_data */
  readonly status: string;
}

/**
 * The first line of every review, `Marketing kept 2 of 3 promises, sales 3 of 4.`, and what cannot be judged yet, apart and
 * empty when that is none. A side of whose promises none can be judged yet is not told to have kept nothing.
 */
export function tellPromises(verdicts: readonly Judged[], language: Language): { kept: string; undecided: string } {
  const t = translate(language);
  const count = counting(language);
  const of = (side: string) => verdicts.filter((row) => row.side === side);
  const kept = (side: string) => of(side).filter(({ status }) => status === 'kept').length;
  const having = (wanted: string) => verdicts.filter(({ status }) => status === wanted).length;
  const [open, empty] = [having('open'), having('no_data')];
  if (verdicts.length === 0) return { kept: t('sentence.none'), undecided: '' };
  const sides = ['marketing', 'sales'].filter((side) => of(side).some(({ status }) => status === 'kept' || status === 'missed'));
  const [side] = sides;
  if (side === undefined) return { kept: t(open > 0 ? 'sentence.undecided.all' : 'sentence.no_data'), undecided: '' };
  return {
    kept:
      sides.length === 2
        ? count('sentence.both', of('marketing').length, {
            marketing_kept: kept('marketing'),
            sales: of('sales').length,
            sales_kept: kept('sales'),
          })
        : count(side === 'marketing' ? 'sentence.marketing' : 'sentence.sales', of(side).length, { kept: kept(side) }),
    undecided: [
      ...(open > 0 ? [count('sentence.undecided', open)] : []),
      ...(empty > 0 ? [count('sentence.empty', empty)] : []),
    ].join(' '),
  };
}

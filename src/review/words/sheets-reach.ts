import type { Reach, ReachedModel, Review } from '../types.ts';
import { counted, quoted } from './markdown-words.ts';
import { type ChartSheet, groupedItems, type ListSheet } from './sheet.ts';

const namesShown = 8;

/** What is built on the changed definitions: what people see first. */
export function reachSheet({ reach }: Review): ListSheet {
  const { models, metrics, contracts, pages } = reach;
  const groups = [
    groupOf('page', pages, pageOf),
    groupOf('metric', metrics, metricOf),
    groupOf('model', models, modelOf),
    groupOf('contract', contracts, contractOf),
  ];
  return {
    kind: 'list',
    title: 'What is reached',
    intro: [],
    isFolded: true,
    floor: 3_000,
    noun: ['name', 'names'],
    ...groupedItems(groups.filter(({ items }) => items.length > 0)),
  };
}

/** Drawn one by one, when they are shown. */
function groupOf<Of>(noun: string, all: readonly Of[], draw: (item: Of) => string) {
  return {
    heading: () => counted(all.length, noun),
    items: all.map((item) => () => draw(item)),
    draw: (text: () => string) => text(),
  };
}

function metricOf({ label, name, isChanged }: Reach['metrics'][number]): string {
  return `${label.en}, ${quoted(name)}${isChanged ? ' (changed itself)' : ''}`;
}

function contractOf({ of, kind, rules }: Reach['contracts'][number]): string {
  return `${kind} ${quoted(of)}: ${counted(rules, 'rule')}`;
}

function pageOf({ address, title, shows }: Reach['pages'][number]): string {
  const name = title === '' || title === address ? quoted(address) : `${quoted(address)} ${title}`;
  return `${name}: ${shows.length === 0 ? 'shows all metrics' : names(shows)}`;
}

function modelOf({ name, isPublic, isChanged, columns }: ReachedModel): string {
  const facts = [
    ...(isPublic ? [] : ['not published']),
    ...(isChanged ? ['changed itself'] : []),
    columns === null ? 'any column, and rows may come and go' : names(columns),
  ];
  return `${quoted(name)}: ${facts.join('; ')}`;
}

function names(all: readonly string[]): string {
  const shown = all.slice(0, namesShown).map((name) => quoted(name));
  const rest = all.length - shown.length;
  return `${shown.join(', ')}${rest === 0 ? '' : ` and ${rest} more`}`;
}

export function chartSheet({ reach: { diagram, leftOut } }: Review): ChartSheet {
  return {
    kind: 'chart',
    title: 'Diagram of what is reached',
    intro: leftOut === 0 ? [] : [`${counted(leftOut, 'edge')} did not fit into it.`],
    isFolded: true,
    floor: 4_000,
    noun: ['diagram', 'diagrams'],
    text: diagram,
  };
}

/**
 * A part of a review in plain words, for whoever shows it to escape and lay out. Text in backticks is code. Rows stand in
 * order of importance: what does not fit is dropped from the bottom.
 */
export type Sheet = TableSheet | ListSheet | ChartSheet;

interface SheetHead {
  readonly title: string;
  /** Sentences before the rows. */
  readonly intro: readonly string[];
  /** Shown only to who asks for it. */
  readonly isFolded: boolean;
  /** Letters of Markdown that are its own however long the others are. */
  readonly floor: number;
  /** What a row is: `change`, `changes`. */
  readonly noun: readonly [one: string, many: string];
}

export interface TableSheet extends SheetHead {
  readonly kind: 'table';
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
  /** How many there are, whether or not they are among `rows`. */
  readonly total: number;
}

export interface Column {
  readonly name: string;
  /** Numbers stand to the right. */
  readonly isNumber?: boolean;
}

export interface ListSheet extends SheetHead {
  readonly kind: 'list';
  readonly items: readonly Item[];
  /** How many there are to count, whether or not they are among `items`. */
  readonly total: number;
}

interface Item {
  readonly text: string;
  /** 1: belongs to the item above. */
  readonly depth: 0 | 1;
  /** It is one of what `noun` says, and not their heading. */
  readonly isCounted: boolean;
}

export interface ChartSheet extends SheetHead {
  readonly kind: 'chart';
  /** A Mermaid flowchart. */
  readonly text: string;
}

/** Whether there is anything to show. */
export function hasContent(sheet: Sheet): boolean {
  if (sheet.intro.length > 0) return true;
  if (sheet.kind === 'table') return sheet.total > 0;
  return sheet.kind === 'list' ? sheet.items.length > 0 : sheet.text.trim() !== '';
}

/** The first of what is shown in a table, drawn, and how much there is. */
export function firstRows<Of>(
  items: readonly Of[],
  most: number,
  draw: (item: Of) => readonly string[],
): Pick<TableSheet, 'rows' | 'total'> {
  return { rows: items.slice(0, most).map(draw), total: items.length };
}

/** More lines fit into no comment and onto no screen. */
const mostLines = 2_000;

/** A list in which every item counts. */
export function plainItems<Of>(items: readonly Of[], draw: (item: Of) => string): Pick<ListSheet, 'items' | 'total'> {
  return {
    items: items.slice(0, mostLines).map((item) => ({ text: draw(item), depth: 0, isCounted: true })),
    total: items.length,
  };
}

/** A list of headings with what counts below them. */
export function groupedItems<Of>(
  groups: readonly { readonly heading: () => string; readonly items: readonly Of[]; draw(item: Of): string }[],
): Pick<ListSheet, 'items' | 'total'> {
  const items: Item[] = [];
  for (const group of groups) {
    const room = mostLines - items.length;
    if (room <= 0) break;
    items.push({ text: group.heading(), depth: 0, isCounted: false });
    items.push(
      ...group.items.slice(0, room).map((item): Item => ({ text: group.draw(item), depth: 1, isCounted: true })),
    );
  }
  return { items, total: groups.reduce((sum, group) => sum + group.items.length, 0) };
}

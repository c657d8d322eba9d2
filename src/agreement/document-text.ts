import type { Language } from './document-words.ts';

/** A document before it is Markdown or HTML. Every string is plain text as somebody wrote it: printers escape it. */
export interface AgreementDocument {
  readonly language: Language;
  readonly title: string;
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  readonly sections: readonly Section[];
  readonly signatures: {
    readonly title: string;
    readonly sides: readonly { readonly side: string; readonly title: string }[];
    readonly lines: Readonly<Record<'name' | 'date' | 'signature', string>>;
  };
}

export interface Section {
  readonly id: string;
  readonly title: string;
  /** Needs the page's whole width. */
  readonly isWide: boolean;
  readonly blocks: readonly Block[];
}

export type Block =
  | { readonly kind: 'heading' | 'paragraph'; readonly text: Text }
  | { readonly kind: 'list'; readonly items: readonly Text[] }
  | { readonly kind: 'table'; readonly columns: readonly string[]; readonly rows: readonly (readonly Text[])[] };

export type Text = readonly Inline[];

/** Plain words, a name as it stands in files and tables, or a link. */
export type Inline = string | { readonly code: string } | { readonly url: string; readonly text: string };

/** A table without the columns that are empty in every row. */
export function tableOf(columns: readonly string[], rows: readonly (readonly Text[])[]): Block {
  const kept = columns.map((_, index) => rows.some((row) => (row[index] ?? []).length > 0));
  return {
    kind: 'table',
    columns: columns.filter((_, index) => kept[index]),
    rows: rows.map((row) => row.filter((_, index) => kept[index])),
  };
}

/** A link that leads to a page, and never to a script; undefined for anything else. */
export function safeUrl(url: string): string | undefined {
  const protocol = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase();
  const isSafe = protocol === undefined || ['http', 'https', 'mailto'].includes(protocol);
  return isSafe && !/[\s\p{Cc}]/u.test(url) ? url : undefined;
}

interface Around {
  /** Texts of the components that the page uses. */
  readonly components: readonly string[];
  /** Key → words, as `t(…)` looks them up. */
  readonly messages: ReadonlyMap<string, string>;
  readonly address: string;
}

/**
 * The title of a page of the site: of its front matter, else what its PageHead is given, else the line above that title,
 * else what one of its components puts into the browser's tab, else its address. Pure.
 */
export function titleOf(page: string, { components, messages, address }: Around): string {
  const head = headOf(page);
  const tabs = components.filter((text) => text.includes('<svelte:head>'));
  const keys = [
    keyIn(head, /\btitle=\{\s*t\('([\w.]+)'/),
    keyIn(head, /\beyebrow=\{\s*t\('([\w.]+)'/),
    ...tabs.map((text) => keyIn(text, /\bt\('([\w.]+\.title)'/)),
  ];
  const told = keys.flatMap((key) => (key === undefined ? [] : (messages.get(key) ?? [])));
  return frontMatterTitle(page) ?? writtenOut(head) ?? told.find((text) => !text.includes('{')) ?? address;
}

function keyIn(text: string, pattern: RegExp): string | undefined {
  return pattern.exec(text)?.[1];
}

/** What stands in the PageHead of a page; nothing where it has none. */
function headOf(page: string): string {
  const start = page.indexOf('<PageHead');
  const end = page.indexOf('/>', start);
  return start < 0 ? '' : page.slice(start, end < 0 ? undefined : end);
}

/** `title="Our week"` */
function writtenOut(head: string): string | undefined {
  return /\btitle="([^"{}]+)"/.exec(head)?.[1];
}

function frontMatterTitle(page: string): string | undefined {
  if (!page.startsWith('---\n')) return undefined;
  const end = page.indexOf('\n---', 3);
  const title = /^title:[ \t]*(.+)$/m.exec(page.slice(4, Math.max(4, end)))?.[1]?.trim();
  return title === undefined || title === '' ? undefined : title.replace(/^(['"])(.*)\1$/, '$2');
}

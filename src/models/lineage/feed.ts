/** A column of a table or model. */
export interface ColumnName {
  /** `lead_cycles`, `raw.events`. */
  readonly table: string;
  readonly column: string;
}

/** What feeds a value. The fields of a struct are kept apart for as long as they can be told apart. */
export interface Feed {
  readonly sources: ReadonlyMap<string, ColumnName>;
  /** Why there may be more sources than these. */
  readonly doubts: ReadonlySet<string>;
  readonly fields?: ReadonlyMap<string, Feed>;
}

export const noFeed: Feed = { sources: new Map(), doubts: new Set() };

export function feedOf(source: ColumnName): Feed {
  return { sources: new Map([[`${source.table}\n${source.column}`, source]]), doubts: new Set() };
}

export function doubtful(reason: string): Feed {
  return { sources: new Map(), doubts: new Set([reason]) };
}

/** A struct of which each field has a feed of its own. */
export function structFeed(fields: Iterable<readonly [string, Feed]>): Feed {
  return { ...noFeed, fields: new Map([...fields].map(([name, feed]) => [name.toLowerCase(), feed])) };
}

/** The feed of a value that may be any of several. */
export function merge(feeds: readonly Feed[]): Feed {
  const [first] = feeds;
  if (first !== undefined && feeds.length === 1) return first;
  const { sources, doubts } = together(feeds);
  const names = new Set(feeds.flatMap((feed) => [...(feed.fields?.keys() ?? [])]));
  if (names.size === 0) return { sources, doubts };
  const fieldNamed = (name: string) => merge(feeds.flatMap((feed) => feed.fields?.get(name) ?? []));
  return { sources, doubts, fields: new Map([...names].map((name) => [name, fieldNamed(name)])) };
}

/** The feed of a value that is made of several. */
export function mix(feeds: readonly Feed[]): Feed {
  const whole = feeds.flatMap((feed) => (feed.fields === undefined ? [feed] : [feed, ...allFields(feed)]));
  return together(whole);
}

/** What feeds any of them, fields aside. Feeds never change: one that is alone in saying anything is handed on. */
function together(feeds: readonly Feed[]): Feed {
  const [first = noFeed, ...more] = feeds.filter(({ sources, doubts }) => sources.size + doubts.size > 0);
  if (more.length === 0 && first.fields === undefined) return first;
  const sources = new Map<string, ColumnName>();
  const doubts = new Set<string>();
  for (const feed of [first, ...more]) {
    for (const [key, source] of feed.sources) sources.set(key, source);
    for (const doubt of feed.doubts) doubts.add(doubt);
  }
  return { sources, doubts };
}

function allFields(feed: Feed): readonly Feed[] {
  return [...(feed.fields?.values() ?? [])].map((field) => mix([field]));
}

/** The feed of one field of a struct: of all of it when its fields are not told apart. */
export function fieldFeed(feed: Feed, name: string): Feed {
  const field = feed.fields?.get(name.toLowerCase());
  if (field === undefined) return mix([feed]);
  return merge([field, { sources: feed.sources, doubts: feed.doubts }]);
}

/** Whether `feed` says nothing that `known` does not. */
export function isWithin(feed: Feed, known: Feed): boolean {
  const [ours, theirs] = [mix([feed]), mix([known])];
  return [...ours.sources.keys()].every((key) => theirs.sources.has(key)) && ours.doubts.size <= theirs.doubts.size;
}

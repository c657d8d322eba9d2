import type { CrmLayout, TableLayout } from '../project/layout-file.ts';

/** A piece of a name that says nothing of the content: a date, a time, a number, a part. */
const meaningless =
  /^(data|export|full|delta|incremental|page|part|chunk|batch)?(t?[0-9]*z?|[0-9]+t[0-9]+z?|[0-9a-f]*[0-9][0-9a-f]*)$/;

function saysNothing(rest: string): boolean {
  return rest.split('_').every((piece) => meaningless.test(piece));
}

/** The table that a file belongs to, told by its own name, or else by the nearest folder whose name tells. */
export function tableOfFile(layout: CrmLayout, path: string): TableLayout | undefined {
  const parts = path.split('/').reverse();
  for (const [index, part] of parts.entries()) {
    const name = normalName(index === 0 ? part.replace(/\.[a-z0-9]+(\.gz|\.zst)?$/i, '') : part);
    const table = tableNamed(layout, name);
    if (table !== undefined) return table;
    // A file that is named after something else is something else; only one without a name looks at its folder's.
    if (index === 0 && !saysNothing(name)) return undefined;
  }
  return undefined;
}

function tableNamed(layout: CrmLayout, name: string): TableLayout | undefined {
  let best: { table: TableLayout; length: number } | undefined;
  for (const table of layout.tables) {
    for (const own of table.files.map(normalName)) {
      const fits = name.startsWith(own) && saysNothing(name.slice(own.length));
      if (fits && own.length > (best?.length ?? 0)) best = { table, length: own.length };
    }
  }
  return best?.table;
}

/** `LeadHistory`, `lead-history` and `lead_history` are one name. */
function normalName(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toLowerCase();
}

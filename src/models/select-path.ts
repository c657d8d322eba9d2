import type { ModelFile } from '../project/model-file.ts';

/**
 * Whether a model's files lie at a path or below it. The path counts from the project's root, `models/` may be left out;
 * `*` is any letters within a folder, `**` any folders. The .yml beside the SQL is a file of the model too.
 */
export function liesAt(file: ModelFile, path: string): boolean {
  const pattern = path.replace(/^(\.\/)+/, '').replace(/\/+$/, '');
  const expression = new RegExp(`^${toExpression(pattern)}(/.*)?$`);
  return placesOf(file).some((place) => expression.test(place));
}

function placesOf({ folders, base, sql }: ModelFile): string[] {
  const folder = folders.map((name) => `${name}/`).join('');
  const sqlName = sql.path.split('/').at(-1) ?? '';
  const names = [sqlName, `${base}.yml`, `${base}.tests.yml`];
  // A model inherited from another project lies elsewhere, and counts as if it lay here.
  return [...names.flatMap((name) => [`models/${folder}${name}`, `${folder}${name}`]), sql.path];
}

function toExpression(pattern: string): string {
  return pattern.replace(/\*\*\/?|[*?.+^${}()|[\]\\]/g, (sign) => {
    if (sign === '**/') return '(?:.*/)?';
    if (sign === '**') return '.*';
    if (sign === '*') return '[^/]*';
    return sign === '?' ? '[^/]' : `\\${sign}`;
  });
}

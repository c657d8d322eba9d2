/**
 * Whether a text can be put where SQL wants a type: words with a width, `decimal(18, 2)`, or a list of them, `varchar[]`.
 * Nothing else that the text might hold would stay inside its place. Whether DuckDB has the type is not asked.
 */
export function isTypeName(text: string): boolean {
  return /^[a-z][a-z0-9_ ]*(\(\s*\d+\s*(,\s*\d+\s*)?\))?(\[\])?$/i.test(text);
}

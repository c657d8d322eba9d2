import { type Alias, type Document, type ParsedNode, visit, type YAMLError } from 'yaml';

interface SyntaxProblem {
  readonly message: string;
  readonly fix?: string;
}

/** What YAML's parser says of a file, in words for who does not know YAML. */
export function describeSyntax({ code, message, pos }: YAMLError, text: string): SyntaxProblem {
  const key = keyFrom(text.slice(pos[0]));
  if (code === 'DUPLICATE_KEY' && key !== undefined) {
    return { message: `"${key}" is there twice`, fix: 'Remove one of the two, or join them.' };
  }
  const isInLine = code === 'BLOCK_IN_FLOW' || code === 'BLOCK_AS_IMPLICIT_KEY';
  if (isInLine && key !== undefined && !key.startsWith('-')) {
    return { message: `"${key}:" reads as a key`, fix: 'A text with a colon in it needs quotes.' };
  }
  if (code === 'MULTIPLE_DOCS') {
    return { message: 'a second document begins here', fix: 'Remove the "---", or give it a file of its own.' };
  }
  return { message };
}

/** The key that a text begins with. */
function keyFrom(text: string): string | undefined {
  const [, double, single, plain] = /^(?:"([^"\n]*)"|'([^'\n]*)'|([^:\n]+))\s*:(?:\s|$)/.exec(text) ?? [];
  return double ?? single ?? plain?.trim();
}

/** The first `*name` that stands for nothing; whoever writes one in a text of this project means a star. */
export function unresolvedAlias(document: Document.Parsed<ParsedNode>): Alias | undefined {
  let found: Alias | undefined;
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document) !== undefined) return undefined;
      found = alias;
      return visit.BREAK;
    },
  });
  return found;
}

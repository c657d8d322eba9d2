/** What is wrong, for people: a code, a place, what was found, what was expected and how to fix it. */
export interface Diagnostic {
  /** Stable kebab-case name of the kind of problem, for example `unknown-model`. */
  readonly code: string;
  readonly severity: 'error' | 'warning';
  /** What was found: `unknown model "lead_cycle"`. */
  readonly message: string;
  /** Path relative to the project's root, or absolute when the file lies outside it. */
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
  /** 1-based, in characters. */
  readonly column?: number;
  /** The text of `file`, so that the printer can show the line with a caret. */
  readonly source?: string;
  readonly expected?: string;
  /** What to do about it: `Did you mean "lead_cycles"?` */
  readonly fix?: string;
}

/**
 * Whose fault a failure is; `cli.ts` alone turns it into an exit code.
 * `violation`: a test or contract failed (1). `invalid`: the project or the call is wrong (2).
 * `environment`: disk, lock, permission (3). `interrupted`: somebody stopped it (130, as shells have it).
 */
export type FailureKind = 'violation' | 'invalid' | 'environment' | 'interrupted';

/** Carries all problems of one stage to the place that prints them. Never thrown for bugs. */
export class DiagnosticsError extends Error {
  override readonly name = 'DiagnosticsError';

  constructor(
    readonly diagnostics: readonly Diagnostic[],
    readonly kind: FailureKind = 'invalid',
  ) {
    super(diagnostics.map((diagnostic) => `${diagnostic.code}: ${diagnostic.message}`).join('\n'));
  }
}

/** Throws one `DiagnosticsError` with everything collected when any of it is an error; warnings alone pass. */
export function failOnErrors(diagnostics: readonly Diagnostic[], kind: FailureKind = 'invalid'): void {
  if (diagnostics.some((diagnostic) => diagnostic.severity === 'error')) {
    throw new DiagnosticsError(diagnostics, kind);
  }
}

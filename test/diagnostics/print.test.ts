import { describe, expect, it } from 'vitest';
import { formatDiagnostic, formatDiagnostics } from '../../src/diagnostics/print.ts';

const diagnostic = {
  code: 'unknown-model',
  severity: 'error',
  message: 'unknown model "lead_cycle"',
  file: 'metrics/win_rate.yml',
  line: 2,
  column: 8,
  source: 'name: win_rate\nmodel: lead_cycle\n',
  expected: 'a model of this project',
  fix: 'Did you mean "lead_cycles"?',
} as const;

describe('formatDiagnostic', () => {
  it('shows place, message, the line with a caret under the column, what was expected and the fix', () => {
    expect(formatDiagnostic(diagnostic, { color: false })).toBe(
      [
        'error metrics/win_rate.yml:2:8 unknown model "lead_cycle" [unknown-model]',
        '    1 | name: win_rate',
        '  > 2 | model: lead_cycle',
        '      |        ^',
        '  expected: a model of this project',
        '  fix: Did you mean "lead_cycles"?',
      ].join('\n'),
    );
  });

  it('needs no place', () => {
    const { code, severity, message } = diagnostic;
    expect(formatDiagnostic({ code, severity, message }, { color: false })).toBe(
      'error unknown model "lead_cycle" [unknown-model]',
    );
  });
});

describe('formatDiagnostics', () => {
  it('puts errors after warnings and counts both', () => {
    const warning = { code: 'stale', severity: 'warning', message: 'old data' } as const;
    const text = formatDiagnostics([diagnostic, warning], { color: false });
    expect(text.startsWith('warning old data')).toBe(true);
    expect(text.endsWith('1 error, 1 warning')).toBe(true);
  });
});

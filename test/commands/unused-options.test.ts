import { describe, expect, it } from 'vitest';
import { refuseLoadOptions } from '../../src/commands/unused-options.ts';
import { DiagnosticsError } from '../../src/diagnostics/diagnostic.ts';

describe('refuseLoadOptions', () => {
  const messages = (options: Parameters<typeof refuseLoadOptions>[0]): readonly string[] => {
    try {
      refuseLoadOptions(options, 'why tells what was published');
    } catch (error) {
      return error instanceof DiagnosticsError ? error.diagnostics.map(({ message }) => message) : [String(error)];
    }
    return [];
  };

  it('names each option that would need another load', () => {
    expect(messages({ asOf: '2026-03-01T00:00:00Z', source: ['events=a.csv'], quiet: true })).toEqual([
      '--as-of works with build; why tells what was published',
      '--source works with build; why tells what was published',
    ]);
  });

  it('lets the others be', () => {
    expect(messages({ project: '.', warehouse: 'a.duckdb', quiet: true })).toEqual([]);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asCode, asWords, oneLine, printable } from '../../src/diagnostics/escape.ts';

const apart = '\u200B';

describe('words in Markdown', () => {
  test.each([
    ['plain words, 12.3 % of lead_cycles', 'plain words, 12.3 % of lead_cycles'],
    ['a | b', 'a &#124; b'],
    ['two\r\n lines', 'two lines'],
    ['<b>&amp;</b>', `&lt;b&gt;&amp;${apart}amp;&lt;/b&gt;`],
    ['</details><!-- handover-diff -->', `&lt;/details&gt;&lt;!${apart}-- handover-diff --&gt;`],
    ['*bold* _em_ ~~gone~~', `&#42;bold&#42; &#95;em&#95; &#126;${apart}&#126;${apart}gone&#126;${apart}&#126;`],
    ['[a](b)', `&#91;${apart}a&#93;(b)`],
    ['@team and #12 and !34', `@${apart}team and &#35;${apart}12 and !${apart}34`],
    ['acme/shop#7, GH-9', `acme/shop&#35;${apart}7, GH-${apart}9`],
    ['https://x.dk www.x.dk a@x.dk', `https:${apart}//x.dk www${apart}.x.dk a@${apart}x.dk`],
    ['in `a < b` only', 'in <code>a &lt; b</code> only'],
    ['one ` alone', 'one &#96; alone'],
    ['`a` and ` alone', '<code>a</code> and &#96; alone'],
    ['/close', '&#47;close'],
    ['- item', '&#45; item'],
    ['---', '&#45;--'],
    ['===', '&#61;=='],
    ['+2.8 points', '+2.8 points'],
    ['1. item', '1&#46; item'],
    ['`` 1. item', '(empty) 1. item'],
    ['40.1 %', '40.1 %'],
    ['# heading', '&#35; heading'],
    ['at 06:00:00', 'at 06:00:00'],
    [':tada:', `:${apart}tada:`],
    ['a\u202Eb\u0007c\u001B[31m', `a\uFFFDb\uFFFDc\uFFFD&#91;${apart}31m`],
    ['sure\uFE0F\u{E0101}', 'sure'],
    ['', ''],
  ])('%j', (text, shown) => {
    expect(asWords(text, 100)).toBe(shown);
  });

  test('long text is cut, and no character is cut in two', () => {
    expect(asWords('abcdef', 3)).toBe('abc…');
    expect(asWords('ab😀def', 3)).toBe('ab…');
    expect(asWords('abc', 3)).toBe('abc');
  });
});

describe('code in Markdown', () => {
  test.each([
    ["status = 'met' || `x`", "status = 'met' &#124;&#124; &#96;x&#96;"],
    ['count(*) <> _a', 'count(&#42;) &lt;&gt; &#95;a'],
    ['@a https://b', `@${apart}a https:${apart}//b`],
  ])('%j', (text, shown) => {
    expect(asCode(text, 100)).toBe(`<code>${shown}</code>`);
  });

  test('of nothing says so', () => {
    expect(asCode(' \n', 100)).toBe('(empty)');
  });
});

test('on a terminal lines and tabs stay, and nothing steers it', () => {
  expect(printable('a\n\tb\u001B[2J\r\u202E')).toBe('a\n\tb\uFFFD[2J\uFFFD\uFFFD');
});

test('whatever the text, a line of it is a line, and holds nothing that is not seen', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.integer({ min: 1, max: 40 }), (text, most) => {
      const line = oneLine(text, most);
      expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      expect(line.length).toBeLessThanOrEqual(most + 1);
    }),
    { seed: 20_261_126 },
  );
});

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  clip,
  codeBlock,
  commandSafe,
  inlineCode,
  markdownLink,
  markdownText,
  plainText,
} from '../../src/report/escape.ts'
import { hostileName } from './shop.ts'

/** Text made of what markdown, HTML and GitHub act on. */
const hostile = fc.array(
  fc.oneof(
    fc.constantFrom(
      '@octo',
      '&#64;octo',
      '&#x40;octo',
      '&commat;octo',
      '&amp;#64;octo',
      '#1',
      '&num;1',
      'GH-7',
      'gh-7',
    ),
    fc.constantFrom(
      '<img src=x>',
      '</details>',
      '<!--',
      '-->',
      '&lt;b&gt;',
      '|',
      '\\|',
      '\\',
      '&vert;',
      '`',
      '```',
      '``',
    ),
    fc.constantFrom('\n', '\r\n', '\u2028', '\u202E', '\u001B[31m', '\u0000', ' ', '\t', '\uD800'),
    fc.constantFrom(
      'https://evil.example',
      'www.evil.example',
      '[a](b)',
      '![a](b)',
      '*',
      '_',
      '~~',
      '$x$',
      '1. ',
      '- ',
    ),
    fc.constantFrom('::error::x', '##[error]x', 'shop/web', 'a.b', '-', '=', '+', '>', '&', ';', '#'),
    fc.string({ unit: 'binary', maxLength: 6 }),
  ),
  { maxLength: 12 },
)
const hostileText = hostile.map((parts) => parts.join(''))

/** What GitHub would act on outside of code: everything in the shown text that is not escaped. */
const active = [
  /(?<!\\)<(?!\/?code>|br>)/,
  /@[\w]/,
  /(?<!&)#\d/,
  /\bGH-\d/i,
  /:\/\//,
  /\bwww\./i,
  /[\n\r\u2028\u2029]/,
  /\|/,
  /(?<!\\)(?:\\\\)*[*_[\]~$]/,
]

/** Code spans of the output, read as CommonMark reads them: a run of backticks closes at the next run of its length. */
function outsideCode(markdown: string): string {
  let outside = ''
  for (let index = 0; index < markdown.length; ) {
    if (markdown[index] === '\\') {
      outside += markdown.slice(index, index + 2)
      index += 2
      continue
    }
    const [run] = /^`+/.exec(markdown.slice(index)) ?? []
    if (run === undefined) {
      outside += markdown[index++]
      continue
    }
    const rest = markdown.slice(index + run.length)
    const close = new RegExp(`(?<!\`)\`{${run.length}}(?!\`)`).exec(rest)
    if (close === null) {
      outside += run
      index += run.length
    } else index += run.length + close.index + run.length
  }
  return outside
}

/** Undoes the references that markdown itself would undo. */
function decoded(markdown: string): string {
  return markdown.replaceAll('&lt;', '‹').replaceAll('&gt;', '›').replaceAll('&#124;', '¦').replaceAll('&amp;', '&')
}

describe('text of others in markdown', () => {
  it('does nothing, whatever it holds', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const outside = decoded(outsideCode(markdownText(text)))
        for (const pattern of active) expect(outside).not.toMatch(pattern)
      }),
      { numRuns: 1500 },
    )
  })

  it('keeps no character that could end a table cell or a line, in code too', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        for (const shown of [markdownText(text), inlineCode(text)]) expect(shown).not.toMatch(/[|\p{Cc}\p{Zl}\p{Zp}]/u)
      }),
      { numRuns: 1000 },
    )
  })

  it('breaks mentions in code spans as well, for e-mails that show code as text', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(inlineCode(text)).not.toMatch(/@\w/)
      }),
    )
  })

  it('is one code span, however many backticks are inside', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const code = inlineCode(text)
        if (!code.startsWith('<code>')) expect(outsideCode(code)).toBe('')
      }),
    )
  })

  it.each([
    ['shop/web can reach shop/payments', 'shop/web can reach shop/payments'],
    ['the field `policyTypes` is missing', 'the field `policyTypes` is missing'],
    ['a<b> & c', 'a&lt;b&gt; &amp; c'],
    ['ask @octo', 'ask @\u200Bocto'],
    ['ask &#64;octo', 'ask @\u200Bocto'],
    ['ask &amp;#64;octo', 'ask @\u200Bocto'],
    ['see #12 and GH-3', 'see #\u200B12 and GH-\u200B3'],
    ['a | b', 'a &#124; b'],
    ['one\ntwo', 'one two'],
    ['# heading', '\\# heading'],
    ['1. first', '1\\. first'],
    ['10.0.0.0/8 became 0.0.0.0/0', '10\\.0.0.0/8 became 0.0.0.0/0'],
    ['app=*', 'app=\\*'],
    ['`a``b`', '`a`\u200B`b`'],
  ])('%j becomes %j', (text, shown) => expect(markdownText(text)).toBe(shown))

  it('shows code with a table border as HTML', () => {
    expect(inlineCode('a|b')).toBe('<code>a&#124;b</code>')
    expect(inlineCode('a`b')).toBe('``a`b``')
    expect(inlineCode('`')).toBe('`` ` ``')
  })
})

describe('fenced blocks', () => {
  it('end where they should, whatever the content', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const lines = codeBlock(text, 'suggestion').split('\n')
        const fence = /^`+/.exec(lines[0] ?? '')?.[0] ?? ''
        const closing = lines.findIndex(
          (line, index) => index > 0 && new RegExp(`^ {0,3}\`{${fence.length},} *$`).test(line),
        )
        expect(closing).toBe(lines.length - 1)
      }),
    )
  })

  it('leave the content as it is', () => {
    expect(codeBlock('cidr: 10.0.0.0/8 # ask @octo\n', 'suggestion')).toBe(
      '```suggestion\ncidr: 10.0.0.0/8 # ask @octo\n```',
    )
  })
})

describe('links', () => {
  it.each([
    ['https://github.example/a(b).yaml#L1', '[x](https://github.example/a%28b%29.yaml#L1)'],
    ['javascript:alert(1)', 'x'],
    ['https://github.example/a b', 'x'],
    [undefined, 'x'],
  ])('to %s', (url, shown) => expect(markdownLink('x', url)).toBe(shown))
})

describe('log lines', () => {
  it('never are workflow commands', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const safe = commandSafe(text)
        expect(safe).not.toContain('##[')
        for (const line of safe.split(/\n/)) expect(line.trim().startsWith('::')).toBe(false)
      }),
    )
  })

  it('keep addresses that hold colons', () => expect(commandSafe('reaches ::/0')).toBe('reaches ::/0'))
})

describe('plain text', () => {
  it('is one line without control characters', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(plainText(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
      }),
    )
    expect(plainText(hostileName)).not.toContain('\u001B')
  })

  it('is cut with a mark and never inside a character', () => {
    expect(clip('shop/payments', 6)).toBe('shop/…')
    expect(clip('shop', 4)).toBe('shop')
    expect(clip('ab😀cd', 4)).toBe('ab…')
  })
})

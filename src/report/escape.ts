/** Put inside what GitHub would act on: invisible, and it survives e-mail, where code formatting does not. */
const zeroWidth = '\u200B'

/** Control characters, line breaks, and the marks that reorder or hide text. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu

const namedReferences: Readonly<Record<string, string>> = {
  amp: '&',
  commat: '@',
  lt: '<',
  gt: '>',
  num: '#',
  quot: '"',
  apos: "'",
  grave: '`',
  vert: '|',
  verbar: '|',
  VerticalLine: '|',
}

const reference = /&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|([A-Za-z]{2,12}));/g

/** One line without control characters; what stood there is a space, so that words stay apart. */
export function plainText(text: string): string {
  return text.toWellFormed().replace(unprintable, ' ').trim()
}

/** At most `limit` characters, cut before anything is escaped so that no construct is ever cut. */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text
  return `${text
    .slice(0, limit - 1)
    .toWellFormed()
    .replace(/\uFFFD$/, '')}…`
}

/**
 * Untrusted text as one line of markdown that shows the same characters and does nothing: no markup, HTML, mention,
 * issue reference, link or table border. Pairs of backticks stay code.
 */
export function markdownText(text: string): string {
  const parts = decode(plainText(text)).split(/(`[^`]+`)/)
  const shown = parts.map((part, index) =>
    index % 2 === 1 ? codeSpan(part.slice(1, -1)) : escapeMarkup(part) || zeroWidth,
  )
  return guardLineStart(trimZeroWidth(shown.join('')))
}

/** Untrusted text as a code span; with a `|` in it as an HTML element, because no code span is safe inside a table. */
export function inlineCode(text: string): string {
  return codeSpan(decode(plainText(text)))
}

/** Nothing between two code spans is a zero-width space, so that their fences do not grow into one; at the ends it goes. */
function trimZeroWidth(markdown: string): string {
  return markdown.replace(/^\u200B|\u200B$/g, '')
}

/** Code from text whose references are undone already. */
function codeSpan(shown: string): string {
  if (shown === '') return ''
  if (shown.includes('|')) return `<code>${escapeMarkup(shown)}</code>`
  const inert = shown.replaceAll('@', `@${zeroWidth}`)
  const fence = '`'.repeat(longestRun(inert, 0) + 1)
  const padding = inert.startsWith('`') || inert.endsWith('`') ? ' ' : ''
  return `${fence}${padding}${inert}${padding}${fence}`
}

/** A fenced block whose fence is longer than any run of backticks inside; the content stays as it is. */
export function codeBlock(text: string, info: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text, 2) + 1))
  const body = text === '' || text.endsWith('\n') ? text : `${text}\n`
  return `${fence}${info}\n${body}${fence}`
}

/** A link; without an address, or with one that is not a web address, the label alone. `label` is markdown already. */
export function markdownLink(label: string, url: string | undefined): string {
  if (url === undefined || !/^https?:\/\/[^\s<>]+$/.test(url)) return label
  return `[${label}](${url.replace(/[()|\\[\]]/g, (character) => `%${character.charCodeAt(0).toString(16)}`)})`
}

/** Lines for a log that the runner reads: none of them is a workflow command, in the new form or the old. */
export function commandSafe(text: string): string {
  return text
    .replaceAll('##[', `#${zeroWidth}#[`)
    .split('\n')
    .map((line) => (/^\s*::/.test(line) ? line.replace('::', `:${zeroWidth}:`) : line))
    .join('\n')
}

/** Character references are undone first, so that `&#64;` cannot bring an `@` in behind the check. */
function decode(text: string): string {
  let decoded = text
  for (let round = 0; round < 8 && decoded.includes('&'); round++) decoded = decodeOnce(decoded)
  return decoded.replace(unprintable, ' ')
}

function decodeOnce(text: string): string {
  return text.replace(reference, (whole, decimal?: string, hexadecimal?: string, name?: string) => {
    if (name !== undefined) return namedReferences[name] ?? whole
    const code = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number.parseInt(decimal, 10)
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code).toWellFormed() : whole
  })
}

function escapeMarkup(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_[\]~$]/g, '\\$&')
    .replaceAll('@', `@${zeroWidth}`)
    .replace(/#(?=\d)/g, `#${zeroWidth}`)
    .replace(/\bGH-(?=\d)/gi, `$&${zeroWidth}`)
    .replace(/:(?=\/\/)/g, `:${zeroWidth}`)
    .replace(/\bwww(?=\.)/gi, `$&${zeroWidth}`)
    .replaceAll('|', '&#124;')
}

/** A line must not begin a heading, a list, a quote or a rule. */
function guardLineStart(markdown: string): string {
  return markdown.replace(/^(?=[#+=-])/, '\\').replace(/^(\d+)(?=[.)])/, '$1\\')
}

function longestRun(text: string, atLeast: number): number {
  let longest = atLeast
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length)
  return longest
}

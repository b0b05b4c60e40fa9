import type { ScalarNode } from './node.ts'

/**
 * Where in the file each character of a text value is written: quotes, escapes, indentation and folded lines lie
 * between. One more place, behind the last character, ends the list. Undefined where the writing cannot be followed.
 */
export function placesInScalar(text: string, node: ScalarNode): readonly number[] | undefined {
  if (typeof node.value !== 'string') return undefined
  const quote = node.style === 'quoted' ? text[node.start] : undefined
  const walk: Walk = { text, end: quote === undefined ? node.end : node.end - 1, quote }
  let at = quote === undefined ? contentStart(text, node) : node.start + 1
  const places: number[] = []
  for (let index = 0; index < node.value.length; ) {
    const unit = unitFor(node.value, index, at, walk)
    if (unit === undefined) return undefined
    for (let part = 0; part < unit.covers; part++) places.push(unit.at)
    index += unit.covers
    at = unit.next
  }
  return [...places, Math.min(at, walk.end)]
}

interface Walk {
  readonly text: string
  readonly end: number
  readonly quote: string | undefined
}

/** What stands for the next characters of the value: `covers` of them, written from `at` to `next`. */
interface Unit {
  readonly at: number
  readonly next: number
  readonly covers: number
}

/** A block scalar begins behind its header line. */
function contentStart(text: string, node: ScalarNode): number {
  if (node.style !== 'block') return node.start
  const line = text.indexOf('\n', node.start)
  return line < 0 || line >= node.end ? node.end : line + 1
}

/** Blanks and line breaks of the file that the value does not have are stepped over. */
function unitFor(value: string, index: number, from: number, walk: Walk): Unit | undefined {
  const wanted = value[index] as string
  const joins = wanted === ' ' || wanted === '\n'
  for (let at = from; at < walk.end; at++) {
    const escaped = escapeAt(value, index, at, walk)
    if (escaped !== undefined) return escaped
    const written = walk.text[at] as string
    if (written === wanted || (joins && written === '\n'))
      return { at, next: joins && written === '\n' ? afterBlanks(at, walk) : at + 1, covers: 1 }
    if (!/\s/.test(written)) return undefined
  }
  return undefined
}

function afterBlanks(from: number, { text, end }: Walk): number {
  let at = from + 1
  while (at < end && (text[at] === ' ' || text[at] === '\t')) at++
  return at
}

const escapeForm = /\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[^\r\n])/y

/** `''` in single quotes, a backslash and what follows in double ones. */
function escapeAt(value: string, index: number, at: number, { text, quote }: Walk): Unit | undefined {
  if (quote === "'" && text.startsWith("''", at) && value[index] === "'") return { at, next: at + 2, covers: 1 }
  if (quote !== '"' || text[at] !== '\\') return undefined
  escapeForm.lastIndex = at
  const found = escapeForm.exec(text)?.[0]
  if (found === undefined) return undefined
  const covers = found.startsWith('\\U') && (value.codePointAt(index) ?? 0) > 0xffff ? 2 : 1
  return { at, next: at + found.length, covers }
}

export type ScalarValue = string | number | boolean | null

const words: ReadonlyMap<string, boolean | null> = new Map<string, boolean | null>([
  ...spellings('null', null),
  ['~', null],
  ...['true', 'yes', 'on', 'y'].flatMap((word) => spellings(word, true)),
  ...['false', 'no', 'off', 'n'].flatMap((word) => spellings(word, false)),
])

function spellings<T>(word: string, value: T): [string, T][] {
  const capital = word.charAt(0).toUpperCase() + word.slice(1)
  return [word, capital, word.toUpperCase()].map((spelling) => [spelling, value])
}

const INTEGER = /^([-+]?)(?:0[bB]([01]+)|0[oO]?([0-7]+)|0[xX]([0-9a-fA-F]+)|(0|[1-9][0-9]*))$/
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/
const CORE_NUMBER = /^(?:0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)$/
const INFINITE = /^([-+]?)\.(?:inf|Inf|INF)$/
const NOT_A_NUMBER = /^\.(?:nan|NaN|NAN)$/

/**
 * Value of a plain scalar as kubectl and the API server's clients read it (sigs.k8s.io/yaml): the booleans of YAML 1.1,
 * integers with `_`, `0b`, `0o`, `0x` and a leading zero for octal. Dates and `1:30` stay text, as does a float that
 * does not fit. `089` is no octal number and reads as 89.
 */
export function readPlainScalar(text: string): ScalarValue {
  if (text.length === 0) return null
  const first = text.charCodeAt(0)
  if (first >= 48 && first <= 57) return isSmallInteger(text, first) ? Number(text) : readNumber(text)
  if (first === 43 || first === 45 || first === 46) return readNumber(text)
  if (text.length > 5) return text
  const word = words.get(text)
  return word === undefined ? text : word
}

/** Ports and replica counts: digits without a leading zero, the case that needs no pattern. */
function isSmallInteger(text: string, first: number): boolean {
  if (text.length > 9 || (first === 48 && text.length > 1)) return false
  for (let index = 1; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code < 48 || code > 57) return false
  }
  return true
}

function readNumber(text: string): string | number {
  const digits = text.startsWith('.') ? text : text.replaceAll('_', '')
  const integer = readInteger(digits)
  if (integer !== undefined) return integer
  if (FLOAT.test(digits)) {
    const value = Number.parseFloat(digits)
    return Number.isFinite(value) ? value + 0 : text
  }
  const infinite = INFINITE.exec(text)
  if (infinite !== null) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  return NOT_A_NUMBER.test(text) ? Number.NaN : text
}

function readInteger(digits: string): number | undefined {
  const match = INTEGER.exec(digits)
  if (match === null) return undefined
  const [, sign, binary, octal, hexadecimal, decimal] = match
  const size =
    binary !== undefined
      ? Number.parseInt(binary, 2)
      : octal !== undefined
        ? Number.parseInt(octal, 8)
        : hexadecimal !== undefined
          ? Number.parseInt(hexadecimal, 16)
          : Number(decimal)
  return sign === '-' && size !== 0 ? -size : size
}

/** Value of a scalar with a tag (`!!str`, `!`, a custom one); undefined where the text is no value of the tag. */
export function readTaggedScalar(text: string, tag: string, plain: boolean): ScalarValue | undefined {
  const value = readPlainScalar(text)
  switch (tag.replace(/^!<tag:yaml\.org,2002:(.*)>$/, '!!$1')) {
    case '!!int':
      return typeof value === 'number' && Number.isInteger(value) ? value : undefined
    case '!!float':
      return typeof value === 'number' ? value : undefined
    case '!!bool':
      return typeof value === 'boolean' ? value : undefined
    case '!!null':
      return value === null ? null : undefined
    case '!!binary':
      return decodeBinary(text)
    default:
      return plain && tag === '' ? value : text
  }
}

function decodeBinary(text: string): string | undefined {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)))
  } catch {
    return undefined
  }
}

/** Whether a plain scalar means something else to a YAML 1.2 reader: `yes`, `0777`, `1_000`, `0b1`. */
export function isAmbiguousPlain(text: string): boolean {
  const value = readPlainScalar(text)
  if (typeof value === 'boolean') return !/^(?:true|True|TRUE|false|False|FALSE)$/.test(text)
  if (typeof value !== 'number' || !Number.isFinite(value)) return false
  if (!CORE_NUMBER.test(text)) return true
  return Number(text.replace(/^\+/, '')) !== value
}

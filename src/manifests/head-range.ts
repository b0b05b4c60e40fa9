import { readPlainScalar } from './kubernetes-scalar.ts'
import { isReadFurther } from './network-relevant.ts'
import { mayShowPlugin } from './plugin-traces.ts'
import type { DocumentRange } from './split-documents.ts'

/** A document that begins with its type in plain lines and its metadata behind them, up to the next field. */
const HEAD =
  /(?:---[ \t]*\r?\n)?(?:[ \t]*(?:#.*)?\r?\n)*(apiVersion|kind): ([\w./-]+)[ \t]*\r?\n(apiVersion|kind): ([\w./-]+)[ \t]*\r?\nmetadata:[ \t]*\r?\n(?:(?:[ \t].*|#.*)?\r?\n)*(?=[A-Za-z])/y

/** A line in column 1 that is more than another field, an item of its list, or a comment. */
const UNUSUAL = /^(?![ \t\r\n#]|-[ \t\r\n]|(?!(?:apiVersion|kind|metadata|items):)[A-Za-z]\w*:(?:[ \t\r\n]|$))[\s\S]/m

/**
 * The part of a document that says what it is and how it is called, where that is certainly all that matters: its kind
 * has no say about the network, and no field behind can give it another type or name, or make a list of it. Those
 * documents are the bulk of most repositories. Undefined for every other one, and wherever there is doubt: a key of the
 * root stands in column 1 on a line of its own, so looking at these lines is enough.
 */
export function headRange(text: string, { start, end }: DocumentRange): DocumentRange | undefined {
  HEAD.lastIndex = start
  const found = HEAD.exec(text)
  if (found === null || HEAD.lastIndex >= end) return undefined
  const [, first, firstValue = '', second, secondValue = ''] = found
  if (first === second) return undefined
  const [apiVersion, kind] = first === 'kind' ? [secondValue, firstValue] : [firstValue, secondValue]
  const isText = readPlainScalar(apiVersion) === apiVersion && readPlainScalar(kind) === kind
  const slash = apiVersion.indexOf('/')
  const group = slash < 0 ? '' : apiVersion.slice(0, slash)
  const isRead = isReadFurther({ group, kind }) || mayShowPlugin({ group, kind }, () => text.slice(start, end))
  if (!isText || isRead) return undefined
  return UNUSUAL.test(text.slice(HEAD.lastIndex, end)) ? undefined : { start, end: HEAD.lastIndex }
}

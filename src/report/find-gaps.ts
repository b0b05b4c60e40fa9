import { splitDocuments } from '../manifests/split-documents.ts'
import type { Diagnostic } from '../source/diagnostic.ts'
import type { SourceFile } from '../source/source-file.ts'
import { compareSpans, type Span } from '../source/span.ts'
import type { Gap } from './report.ts'

/**
 * Problems of head, against those of base. One that base has as well, in a document nobody touched, is existing debt;
 * one in a changed document is touched; the rest is new. Only what could make the answer wrong blocks.
 */
export function findGaps(base: readonly Diagnostic[], head: readonly Diagnostic[]): Gap[] {
  const documents = new DocumentTexts()
  const before = new Map<string, Set<string>>()
  for (const found of base) {
    const texts = before.get(problemKey(found)) ?? new Set()
    before.set(problemKey(found), texts.add(documents.textAround(found.span)))
  }
  const present = distinct(head).map((found) => {
    const texts = before.get(problemKey(found))
    const status = texts === undefined ? 'new' : texts.has(documents.textAround(found.span)) ? 'existing' : 'touched'
    return {
      diagnostic: found,
      side: 'head' as const,
      status,
      blocking: status !== 'existing' && found.effect !== 'none',
    } satisfies Gap
  })
  return [...present, ...goneObjects(base, head)]
}

/** An object nobody here understands and that the change deletes: what its deletion does is as unknown as the object. */
function goneObjects(base: readonly Diagnostic[], head: readonly Diagnostic[]): Gap[] {
  const left = new Set(head.filter(isUnread).map(({ message }) => message))
  const gone = distinct(base).filter((found) => isUnread(found) && !left.has(found.message))
  return gone.map((found) => ({ diagnostic: found, side: 'base', status: 'touched', blocking: true }))
}

const isUnread = ({ code }: Diagnostic): boolean => code === 'kind-unsupported' || code === 'network-not-modelled'

/** The same problem at the same place is told once, however many clusters read the file. */
function distinct(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const found = new Map<string, Diagnostic>()
  for (const problem of diagnostics)
    found.set(`${problem.span.file.path}:${problem.span.start}:${problemKey(problem)}`, problem)
  return [...found.values()].sort((a, b) => compareSpans(a.span, b.span) || (a.code < b.code ? -1 : 1))
}

/** An unread object stays the same problem wherever it is moved; any other belongs to its file. */
const problemKey = (found: Diagnostic): string =>
  isUnread(found) ? `${found.code} ${found.message}` : `${found.code} ${found.span.file.path} ${found.message}`

/** Text of the document a span lies in; a file that is one document is its own. */
class DocumentTexts {
  readonly #ranges = new WeakMap<SourceFile, ReturnType<typeof splitDocuments>>()

  textAround({ file, start }: Span): string {
    const ranges = this.#ranges.get(file) ?? splitDocuments(file.text)
    this.#ranges.set(file, ranges)
    const range = ranges.find((candidate) => candidate.start <= start && start <= candidate.end)
    return range === undefined ? file.text : file.text.slice(range.start, range.end)
  }
}

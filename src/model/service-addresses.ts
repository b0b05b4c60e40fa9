import { spanOf, valueAt, type YamlNode } from '../manifests/node.ts'
import { hasTemplate } from '../manifests/template-text.ts'
import { AddressSet } from '../sets/address-set.ts'
import { parseCidr, parseV4, parseV6 } from '../sets/cidr.ts'
import { diagnostic } from '../source/diagnostic.ts'
import type { Span } from '../source/span.ts'
import { isTemplated, itemsAt, spanAt, textAt } from './fields.ts'
import type { ServiceDraft } from './service-checks.ts'

const annotation = 'service.beta.kubernetes.io/load-balancer-source-ranges'

/**
 * Clients the balancer accepts; undefined for all of them. The field wins over the annotation. A range that cannot be
 * read makes it undefined as well: more clients than that is what could be missed.
 */
export function readSourceRanges(draft: ServiceDraft): AddressSet | undefined {
  const written = rangesOf(draft)
  if (draft.type !== 'LoadBalancer' || written.length === 0) return undefined
  const sets = written.map(({ text, span }) => readRange(text, span, draft))
  return sets.every((set) => set !== undefined) ? AddressSet.of(...sets) : undefined
}

interface WrittenRange {
  /** Undefined: a template or no text. */
  readonly text: string | undefined
  readonly span: Span
}

function rangesOf(draft: ServiceDraft): readonly WrittenRange[] {
  const { resource, spec } = draft
  const node = valueAt(spec, 'loadBalancerSourceRanges')
  if (isTemplated(resource, node))
    return [{ text: undefined, span: spanAt(resource, 'spec', 'loadBalancerSourceRanges') }]
  const field = itemsAt(node).map((item) => ({
    text: plainText(draft, item),
    span: spanOf(resource.provenance.file, item),
  }))
  return field.length > 0 ? field : annotatedRanges(draft)
}

function annotatedRanges({ resource, type, refuse }: ServiceDraft): readonly WrittenRange[] {
  const node = valueAt(resource.node, 'metadata', 'annotations', annotation)
  if (node === undefined) return []
  const span = spanAt(resource, 'metadata', 'annotations', annotation)
  if (isTemplated(resource, node)) return [{ text: undefined, span }]
  if (type !== 'LoadBalancer') {
    refuse(span, `Source ranges have no place in a Service of type ${type}`, 'Remove the annotation.')
  }
  const text = (textAt(node) ?? '').trim()
  return text === '' ? [] : text.split(',').map((part) => ({ text: part, span }))
}

/** The range in its canonical text, or undefined when it was reported. */
function readRange(text: string | undefined, span: Span, { refuse, report }: ServiceDraft): string | undefined {
  if (text === undefined || hasTemplate(text)) {
    const message = 'A source range cannot be read before it is rendered: any client is taken to be accepted'
    const hint = 'Let the gate read rendered manifests, or write the range out.'
    report(diagnostic('template-value', span, { message, hint, effect: 'wider' }))
    return undefined
  }
  const parsed = parseCidr(text.trim())
  if (parsed.ok) return text.trim()
  refuse(
    span,
    `${JSON.stringify(text)} is not a source range: ${parsed.problem}`,
    'Write a CIDR such as 203.0.113.0/24.',
  )
  return undefined
}

function plainText({ resource }: ServiceDraft, node: YamlNode): string | undefined {
  return isTemplated(resource, node) ? undefined : (textAt(node) ?? '')
}

/** Addresses that nodes accept traffic for, as written; one the API server refuses is left out. */
export function readExternalIps(draft: ServiceDraft): readonly string[] {
  const { resource, spec, refuse } = draft
  return itemsAt(spec, 'externalIPs').flatMap((item) => {
    const text = textAt(item) ?? ''
    const problem = isTemplated(resource, item) ? undefined : problemOfAddress(text)
    if (problem === undefined) return [text]
    const span = spanOf(resource.provenance.file, item)
    refuse(
      span,
      `${JSON.stringify(text)} cannot be an external address: ${problem}`,
      'Write the address of a router or node.',
    )
    return []
  })
}

const reserved: readonly (readonly [string, AddressSet])[] = [
  ['it is unspecified', AddressSet.of('0.0.0.0/32', '::/128')],
  ['it is a loopback address', AddressSet.of('127.0.0.0/8', '::1/128')],
  ['it is link-local', AddressSet.of('169.254.0.0/16', 'fe80::/10', '224.0.0.0/24', 'ff02::/16')],
]

function problemOfAddress(text: string): string | undefined {
  const value = text.includes(':') ? parseV6(text) : parseV4(text)
  if (typeof value === 'string') return value
  const address = typeof value === 'bigint' ? AddressSet.v6Range(value, value) : AddressSet.v4Range(value, value)
  return reserved.find(([, range]) => address.isSubsetOf(range))?.[0]
}

import { isUnset, valueAt, type YamlNode } from '../../manifests/node.ts'
import { textAt } from '../../model/fields.ts'
import { nearest } from '../../source/nearest.ts'
import type { PeerSelector } from '../entry.ts'
import { type Context, isSince, type Section } from './context.ts'
import { isDomainName, isDomainPattern, nameCondition } from './domain-pattern.ts'
import { type EntityName, entityNames, peersOf } from './entities.ts'
import { ciliumFields } from './fields.ts'
import { readCidr, readCidrRule } from './read-cidrs.ts'
import { readEndpoint, readNodeLabels } from './read-endpoints.ts'
import { readServiceItem } from './read-services.ts'
import type { CiliumEntry } from './spec.ts'

type Peers = Pick<CiliumEntry, 'peers' | 'names'>

/** What the peer part of an entry says; `absent` where it has none, which is everybody beside ports and nobody without. */
export type PeerPart = Peers | 'absent'

const nobody: Peers = { peers: [], names: [] }
const everybody: Peers = { peers: 'any', names: [] }

/** Fields that may hold peers; those of which an empty list is nobody, and those of which it is as good as no list. */
const selecting = ['Endpoints', 'CIDR', 'CIDRSet', 'Entities', 'Nodes'] as const
const resolved = ['FQDNs', 'Services', 'Groups'] as const
type PeerField = (typeof selecting)[number] | (typeof resolved)[number]

/** The peers of an entry. At most one field of them may hold something. */
export function readPeerPart(node: YamlNode, { direction }: Section, context: Context): PeerPart {
  const { reader } = context
  const prefix = direction === 'ingress' ? 'from' : 'to'
  noteRequires(node, `${prefix}Requires`, context)
  const written = [...selecting, ...resolved].filter((field) => !isUnset(valueAt(node, `${prefix}${field}`)))
  const lists = written.map((field) => ({ field, items: reader.list(node, `${prefix}${field}`) }))
  const filled = lists.filter(({ items }) => items === undefined || items.length > 0)
  const [only, another] = filled
  if (another !== undefined)
    reader.refuse(
      'peer-invalid',
      node,
      `an entry names its peers in one field, not in ${filled.map(({ field }) => `${prefix}${field}`).join(' and ')}`,
      'Split it into two entries.',
    )
  if (only !== undefined) return filled.map((list) => readField(list, node, prefix, context)).reduce(both)
  return lists.some(({ field }) => selecting.some((name) => name === field)) ? nobody : 'absent'
}

/** Of an entry that is refused for it, what either field says. */
function both(a: PeerPart, b: PeerPart): PeerPart {
  if (a === 'absent' || b === 'absent') return a === 'absent' ? b : a
  const peers = a.peers === 'any' || b.peers === 'any' ? 'any' : [...a.peers, ...b.peers]
  return { peers, names: [...a.names, ...b.names] }
}

interface List {
  readonly field: PeerField
  readonly items: readonly YamlNode[] | undefined
}

function readField({ field, items }: List, node: YamlNode, prefix: string, context: Context): PeerPart {
  const { reader } = context
  if (items === undefined) {
    const span = reader.spanOf(valueAt(node, `${prefix}${field}`))
    return { peers: [{ kind: 'unreadable', span }], names: [] }
  }
  if (field === 'Entities') return readEntities(items, context)
  if (field === 'FQDNs') return items.map((item): PeerPart => readName(item, context)).reduce(both)
  if (field === 'Services') return readServices(items, context)
  return { peers: items.map((item) => readPeer(field, item, context)), names: [] }
}

function readPeer(
  field: Exclude<PeerField, 'Entities' | 'FQDNs' | 'Services'>,
  item: YamlNode,
  context: Context,
): PeerSelector {
  switch (field) {
    case 'Endpoints':
      return readEndpoint(item, context)
    case 'CIDR':
      return readCidr(item, context)
    case 'CIDRSet':
      return readCidrRule(item, context)
    case 'Nodes':
      return readNodes(item, context)
    case 'Groups':
      context.reader.checkFields(item, ciliumFields.groups)
      return { kind: 'some-addresses', span: context.reader.spanOf(item) }
  }
}

function readNodes(item: YamlNode, context: Context): PeerSelector {
  const { reader, settings } = context
  if (!settings.nodeSelectors)
    reader.refuse(
      'peer-invalid',
      item,
      'agents refuse selectors of nodes as peers unless they run with enable-node-selector-labels',
      'If they do, say so in the configuration: `network: {cilium: {node-selectors: true}}`.',
    )
  return { kind: 'nodes', which: 'others', labels: readNodeLabels(item, context), span: reader.spanOf(item) }
}

function readEntities(items: readonly YamlNode[], context: Context): Peers {
  const found = items.map((item) => readEntity(item, context))
  if (found.includes('any')) return everybody
  return { peers: found.flatMap((peers) => (peers === 'any' ? [] : peers)), names: [] }
}

function readEntity(item: YamlNode, context: Context): 'any' | readonly PeerSelector[] {
  const { reader } = context
  const span = reader.spanOf(item)
  const text = textAt(item)
  const known = entityNames.find((name): name is EntityName => name === text)
  if (known === 'cluster-mesh' && !isSince(context, '1.20'))
    reader.refuse('entity-invalid', item, 'entity cluster-mesh exists since Cilium 1.20')
  if (known !== undefined) return peersOf(known, span)
  if (!reader.isTemplate(item, 'an entity')) refuseEntity(item, text ?? '', context)
  return [{ kind: 'unreadable', span }]
}

function refuseEntity(item: YamlNode, text: string, { reader }: Context): void {
  const meant = nearest(text, entityNames)
  const hint = meant === undefined ? `Entities are ${entityNames.join(', ')}.` : `Did you mean ${meant}?`
  reader.refuse('entity-invalid', item, `there is no entity ${text}`, hint)
}

/** Which addresses a name stands for that cannot be read nobody can tell. */
function readName(item: YamlNode, context: Context): Peers {
  const span = context.reader.spanOf(item)
  const condition = readDomainCondition(item, context, nameCondition)
  if (condition === undefined) return { peers: [{ kind: 'some-addresses', span }], names: [] }
  return { peers: [], names: [{ condition, span }] }
}

/** A literal name or a pattern, as a condition; undefined, and reported, where it is neither or both, or a template's. */
export function readDomainCondition(
  item: YamlNode,
  context: Context,
  conditionOf: (text: string, since119: boolean) => string,
): string | undefined {
  const { reader } = context
  const parts = [item, valueAt(item, 'matchName'), valueAt(item, 'matchPattern')]
  if (parts.some((part) => reader.isTemplate(part, 'a domain name'))) return undefined
  reader.checkFields(item, ciliumFields.domainName)
  const [name, pattern] = [textAt(item, 'matchName') ?? '', textAt(item, 'matchPattern') ?? '']
  const since119 = isSince(context, '1.19')
  if ((name === '') === (pattern === '')) {
    reader.refuse('domain-name-invalid', item, 'exactly one of matchName and matchPattern has to be there')
    return undefined
  }
  if (name === '' ? isDomainPattern(pattern) : isDomainName(name)) return conditionOf(name || pattern, since119)
  const allowed = name === '' ? 'letters, digits, -, _, . and *' : 'letters, digits, -, _ and .'
  reader.refuse('domain-name-invalid', item, `${name || pattern} is no domain name: it may hold ${allowed}`)
  return undefined
}

/** Where none of the Services exists no peer is left, which is everybody beside ports. */
function readServices(items: readonly YamlNode[], context: Context): PeerPart {
  const found = items.map((item) => readServiceItem(item, context))
  const peers = found.flatMap((item) => (item === 'missing' ? [] : item))
  if (peers.length > 0) return { peers, names: [] }
  if (context.surroundings.isWhole) return 'absent'
  return { peers: items.map((item) => ({ kind: 'unreadable', span: context.reader.spanOf(item) })), names: [] }
}

function noteRequires(node: YamlNode, field: string, context: Context): void {
  const { reader } = context
  const items = reader.list(node, field) ?? []
  const [first] = items
  if (first === undefined) return
  if (isSince(context, '1.19'))
    reader.refuse(
      'peer-invalid',
      first,
      `${field} is gone since Cilium 1.19`,
      'Put its labels into each peer selector.',
    )
  else
    reader.report(
      'requires-not-modelled',
      first,
      `${field} narrows every entry of the same pods, which is not in the answer`,
      'wider',
      'Put its labels into each peer selector; the field is gone since Cilium 1.19.',
    )
}

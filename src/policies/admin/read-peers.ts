import { valueAt, type YamlNode } from '../../manifests/node.ts'
import { isSet, textAt } from '../../model/fields.ts'
import { everything } from '../../model/label-expression.ts'
import { AddressSet } from '../../sets/address-set.ts'
import type { Direction, PeerSelector, PodSelector } from '../entry.ts'
import { type Context, checkLength, MOST_NETWORKS } from './context.ts'
import type { AdminRule, DomainName } from './spec.ts'

type Peers = Pick<AdminRule, 'peers' | 'domainNames' | 'failsClosed'>

/** A subject nobody can read: it may be any pod. */
const anySubject: PodSelector = {
  target: 'pods',
  namespaces: { kind: 'matching', expression: everything },
  labels: { kind: 'unreadable' },
}

/** Exactly one of `namespaces` and `pods`. */
export function readSubject(spec: YamlNode | undefined, context: Context): PodSelector {
  const { reader, fields } = context
  const node = valueAt(spec, 'subject')
  if (reader.isTemplate(node, 'the subject')) return anySubject
  reader.checkFields(node, fields.subject)
  const [field, another] = reader.setFields(node, fields.subject)
  if (field !== undefined && another === undefined) return readPods(field.name, field.value, context)
  reader.refuse('subject-invalid', node, 'subject has exactly one of namespaces and pods')
  return anySubject
}

/** Peers of a rule; one that cannot be read may be anybody. */
export function readPeers(
  rule: YamlNode,
  direction: Direction,
  verdict: AdminRule['verdict'],
  context: Context,
): Peers {
  const { reader, dialect } = context
  const name = direction === 'ingress' ? 'from' : 'to'
  const items = reader.list(rule, name)
  if (items === undefined) return unreadable(valueAt(rule, name) as YamlNode, context)
  checkLength(context, valueAt(rule, name) ?? rule, name, items.length, { least: 1, most: dialect.most })
  const found = items.map((item) => readPeer(item, direction, verdict, context))
  return {
    peers: found.flatMap(({ peers }) => peers),
    domainNames: found.flatMap(({ domainNames }) => domainNames),
    failsClosed: found.some(({ failsClosed }) => failsClosed),
  }
}

const unreadable = (node: YamlNode, { reader }: Context): Peers => ({
  peers: [{ kind: 'unreadable', span: reader.spanOf(node) }],
  domainNames: [],
  failsClosed: false,
})

function readPeer(node: YamlNode, direction: Direction, verdict: AdminRule['verdict'], context: Context): Peers {
  const { reader, fields } = context
  if (reader.isTemplate(node, 'a peer')) return unreadable(node, context)
  const known = direction === 'ingress' ? fields.ingressPeer : fields.egressPeer
  reader.checkFields(node, known)
  const [field, another] = reader.setFields(node, known)
  if (field === undefined || another !== undefined) {
    reader.refuse('peer-invalid', node, `a peer has exactly one of ${Object.keys(known).join(', ')}`)
    return { ...unreadable(node, context), failsClosed: field === undefined && hasFields(node) }
  }
  if (isOldShape(field.value, field.name)) {
    reportOldShape(field.value, verdict, context)
    return unreadable(node, context)
  }
  if (field.name === 'domainNames') return readDomainNames(node, field.value, verdict, context)
  const peer = readSelectingPeer(field.name, field.value, node, context)
  if (peer === undefined) return unreadable(node, context)
  return { peers: [peer], domainNames: [], failsClosed: !hasReadableSelectors(peer) && !reader.holdsTemplate(node) }
}

const hasFields = (node: YamlNode): boolean => node.kind === 'mapping' && node.entries.length > 0

/** A selector the API server takes and controllers fail on is a peer they do not know. */
function hasReadableSelectors(peer: PeerSelector): boolean {
  if (peer.kind !== 'pods' && peer.kind !== 'nodes') return true
  const namespaces =
    peer.kind === 'pods' && peer.namespaces.kind === 'matching' ? peer.namespaces.expression : undefined
  return peer.labels.kind !== 'unreadable' && namespaces?.kind !== 'unreadable'
}

function readSelectingPeer(name: string, value: YamlNode, item: YamlNode, context: Context): PeerSelector | undefined {
  const { reader } = context
  const span = reader.spanOf(item)
  if (name === 'nodes') return { kind: 'nodes', which: 'all', labels: reader.selectorOfCrd(value), span }
  if (name === 'networks') {
    const addresses = readNetworks(value, item, context)
    return addresses && { kind: 'addresses', addresses, matchesPods: 'yes', matchesNodes: 'yes', span }
  }
  return { ...readPods(name, value, context), kind: 'pods', span }
}

/** `namespaces` takes every pod of the namespaces; `pods` has a selector for either. A missing one is read as all. */
function readPods(name: string, node: YamlNode, context: Context): PodSelector {
  const { reader, fields, dialect } = context
  const selector = (namespaces: YamlNode | undefined, pods: YamlNode | undefined): PodSelector => ({
    target: 'pods',
    namespaces: { kind: 'matching', expression: reader.selectorOfCrd(namespaces) },
    labels: reader.selectorOfCrd(pods),
  })
  if (name === 'namespaces') return selector(node, undefined)
  reader.checkFields(node, fields.pods)
  const needed = dialect.needsNamespaceSelector ? ['namespaceSelector', 'podSelector'] : ['podSelector']
  const missing = needed.filter((field) => !isSet(node, field))
  if (missing.length > 0) reader.refuse('peer-invalid', node, `pods needs ${missing.join(' and ')}; {} stands for all`)
  return selector(valueAt(node, 'namespaceSelector'), valueAt(node, 'podSelector'))
}

/** Until v0.1.2 selectors of namespaces stood one level deeper, beside others that newer versions do not have. */
const isOldShape = (node: YamlNode, name: string): boolean =>
  name === 'pods'
    ? isSet(node, 'namespaces')
    : name === 'namespaces' && ['namespaceSelector', 'sameLabels', 'notSameLabels'].some((field) => isSet(node, field))

function reportOldShape(node: YamlNode, verdict: AdminRule['verdict'], { reader }: Context): void {
  reader.report(
    'peer-shape-old',
    node,
    'this peer is written for releases before v0.1.3; later ones refuse it, or drop the field and take every namespace',
    verdict === 'deny' || verdict === undefined ? 'unknown' : 'wider',
    'Put matchLabels or matchExpressions directly under namespaces or namespaceSelector.',
  )
}

function readNetworks(list: YamlNode, item: YamlNode, context: Context): AddressSet | undefined {
  const texts = readSet(list, item, 'networks', context)
  const sets = texts?.map((node) => readNetwork(node, context))
  if (sets === undefined || sets.includes(undefined)) return undefined
  return sets.reduce<AddressSet>((all, set) => all.union(set as AddressSet), AddressSet.none)
}

/** One that speaks of Services is reported; one that happens to hold them among all else is not. */
function readNetwork(node: YamlNode, { reader, services }: Context): AddressSet | undefined {
  const network = reader.cidr(node, 'cidr-invalid')
  if (network !== undefined && !network.isEmpty && network.isSubsetOf(services))
    reader.report(
      'network-of-services',
      node,
      'these are addresses of Services; connections to them are judged by the pods behind',
      'unknown',
      'Select the pods of the Service instead.',
    )
  return network
}

/** One or more labels with an optional `*.` before them and an optional dot behind, as the CRD's pattern has it. */
const domainName = /^(\*\.)?([a-zA-Z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\.)+[a-zA-Z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\.?$/

/** Names are for rules that allow: what a name does not resolve to cannot be told from what it does. */
function readDomainNames(item: YamlNode, list: YamlNode, verdict: AdminRule['verdict'], context: Context): Peers {
  const { reader } = context
  const nodes = readSet(list, item, 'domainNames', context)
  if (nodes === undefined) return unreadable(item, context)
  const names = nodes.flatMap((node): DomainName[] => {
    const name = textAt(node) ?? ''
    if (domainName.test(name)) return [{ name: name.replace(/\.$/, '').toLowerCase(), span: reader.spanOf(node) }]
    if (!reader.isTemplate(node, 'a domain name'))
      reader.refuse(
        'domain-name-invalid',
        node,
        `${name} is no domain name; * may only stand in front, as in *.example.com`,
      )
    return []
  })
  if (verdict !== 'allow')
    reader.report(
      'domain-names-need-allow',
      item,
      'domainNames have a meaning in rules that allow only; anything else is read as everybody',
      'unknown',
      'Deny networks behind a rule that allows the names.',
    )
  return verdict === 'allow' && names.length === nodes.length
    ? { peers: [], domainNames: names, failsClosed: false }
    : unreadable(item, context)
}

/** Items of a list of 1 to 25 different texts. */
function readSet(list: YamlNode, item: YamlNode, name: string, context: Context): readonly YamlNode[] | undefined {
  const nodes = context.reader.list(item, name)
  if (nodes === undefined) return undefined
  checkLength(context, list, name, nodes.length, { least: 1, most: MOST_NETWORKS })
  const texts = nodes.map((node) => textAt(node) ?? '')
  const repeated = nodes.find((_, index) => texts.indexOf(texts[index] as string) !== index)
  if (repeated !== undefined)
    context.reader.refuse('list-invalid', repeated, `${textAt(repeated)} stands twice in ${name}`)
  return nodes
}

import { isUnset, valueAt, type YamlNode } from '../../manifests/node.ts'
import { setAt, textAt } from '../../model/fields.ts'
import { type Direction, directions, type PodSelector } from '../entry.ts'
import { type Context, type Section, sections } from './context.ts'
import { ciliumFields } from './fields.ts'
import { asksForStarting, readNodeLabels, readSubject } from './read-endpoints.ts'
import { readPeerPart } from './read-peers.ts'
import { readPortPart } from './read-ports.ts'
import type { CiliumEntry, CiliumIsolation, CiliumRule } from './spec.ts'

/** One rule: whom it selects, whether it isolates them, and its entries. `name` stands in front of theirs. */
export function readRule(node: YamlNode, name: string, context: Context): CiliumRule {
  const { reader } = context
  if (reader.isTemplate(node, 'the rule')) return unreadableRule(node, name, context)
  reader.checkFields(node, ciliumFields.rule)
  const subject = readSubjects(node, context)
  const lists = sections.map((section) => ({ section, items: reader.list(node, section.name) }))
  if (lists.every(({ items }) => items?.length === 0))
    reader.refuse(
      'cilium-rule-invalid',
      node,
      'one of ingress, ingressDeny, egress and egressDeny needs an element; agents refuse a rule without any, so it isolates nobody',
      'Write `ingress: [{}]` to deny what no other policy allows.',
    )
  const within = { ...context, ofStarting: asksForStarting(valueAt(node, 'endpointSelector')) }
  return {
    name,
    node,
    ...subject,
    isolations: directions.flatMap((direction) => readIsolation(node, direction, context)),
    entries: lists.flatMap(({ section, items }) => readSection(node, section, items, within)),
  }
}

/** A rule that a template writes may select anybody, and allow or deny anything. */
function unreadableRule(node: YamlNode, name: string, context: Context): CiliumRule {
  const span = context.reader.spanOf(node)
  return {
    name,
    node,
    subject: nobodyKnows(context),
    enforced: true,
    isolations: directions.map((direction) => ({ direction, span, exists: 'unknown' })),
    entries: sections.map(({ name: section, direction, verdict }) =>
      unreadableEntry({ node, section, direction, verdict, index: 0, span }),
    ),
  }
}

type Subject = Pick<CiliumRule, 'subject' | 'enforced'>

/** Exactly one of the two selectors; `{}` counts as written. */
function readSubjects(node: YamlNode, context: Context): Subject {
  const { reader, namespace } = context
  const endpoints = valueAt(node, 'endpointSelector')
  const nodes = valueAt(node, 'nodeSelector')
  const [hasEndpoints, hasNodes] = [!isUnset(endpoints), !isUnset(nodes)]
  if (hasEndpoints === hasNodes)
    reader.refuse(
      'subject-invalid',
      node,
      'exactly one of endpointSelector and nodeSelector has to be there; {} selects all',
    )
  if (hasNodes && namespace !== undefined)
    reader.refuse('subject-invalid', nodes, 'only a CiliumClusterwideNetworkPolicy may select nodes')
  if (hasEndpoints && endpoints !== undefined) return { subject: readSubject(endpoints, context), enforced: true }
  if (namespace === undefined && hasNodes && nodes !== undefined) return machines(nodes, context)
  return { subject: nobodyKnows(context), enforced: true }
}

function machines(node: YamlNode, context: Context): Subject {
  const { reader, settings } = context
  if (!settings.hostFirewall)
    reader.report(
      'host-firewall-off',
      node,
      'rules for nodes do nothing unless the host firewall is enabled, which it is not by default',
      'none',
      'If it is, say so in the configuration: `network: {cilium: {host-firewall: true}}`.',
    )
  const labels = readNodeLabels(node, context)
  const subject: PodSelector = { target: 'nodes', namespaces: { kind: 'named', name: '' }, labels }
  return { subject, enforced: settings.hostFirewall }
}

const nobodyKnows = ({ namespace }: Context): PodSelector => ({
  target: 'pods',
  namespaces:
    namespace === undefined
      ? { kind: 'matching', expression: { kind: 'unreadable' } }
      : { kind: 'named', name: namespace },
  labels: { kind: 'unreadable' },
})

/**
 * A direction with an entry isolates, unless the rule says otherwise. Where agents isolate every pod it counts all the
 * same: its pods are then some that an entry speaks of, and their own machine may reach them.
 */
function readIsolation(node: YamlNode, direction: Direction, context: Context): CiliumIsolation[] {
  const { reader, settings } = context
  const own = sections.filter((section) => section.direction === direction)
  const filled = own.find(({ name }) => mayHoldEntry(setAt(node, name)))
  if (filled === undefined) return []
  const switches = valueAt(node, 'enableDefaultDeny')
  reader.checkFields(switches, ciliumFields.enableDefaultDeny)
  const written = valueAt(switches, direction)
  const span = reader.entrySpan(node, filled.name) ?? reader.spanOf(node)
  if (isUnset(written)) return [{ direction, span, exists: 'yes' }]
  if (written?.kind === 'scalar' && typeof written.value === 'boolean')
    return written.value || settings.enforcement === 'always' ? [{ direction, span, exists: 'yes' }] : []
  if (!reader.isTemplate(written, 'enableDefaultDeny'))
    reader.refuse('field-type', written, `enableDefaultDeny.${direction} is true or false`)
  return [{ direction, span, exists: 'unknown' }]
}

/** A list with an element, or what cannot be read as a list. */
const mayHoldEntry = (node: YamlNode | undefined): boolean =>
  node !== undefined && !(node.kind === 'sequence' && node.items.length === 0)

function readSection(
  rule: YamlNode,
  section: Section,
  items: readonly YamlNode[] | undefined,
  context: Context,
): CiliumEntry[] {
  if (items !== undefined) return items.map((item, index) => readEntry(item, index, section, context))
  const node = valueAt(rule, section.name) as YamlNode
  const span = context.reader.spanOf(node)
  const place = { node, section: section.name, direction: section.direction, verdict: section.verdict, index: 0, span }
  return [unreadableEntry(place)]
}

type Place = Pick<CiliumEntry, 'node' | 'section' | 'direction' | 'verdict' | 'index' | 'span'>

const unreadableEntry = (place: Place): CiliumEntry => ({
  ...place,
  peers: [{ kind: 'unreadable', span: place.span }],
  names: [],
  ports: 'any',
  condition: undefined,
  effect: 'unknown',
})

/** One entry; without peers where it can match nobody. */
function readEntry(node: YamlNode, index: number, section: Section, context: Context): CiliumEntry {
  const { reader } = context
  const { direction, verdict } = section
  const span = reader.spanOf(node)
  const place = { node, section: section.name, direction, verdict, index, span }
  if (reader.isTemplate(node, 'an entry')) return unreadableEntry(place)
  reader.noteNull(node, 'an entry that matches nobody')
  reader.checkFields(node, ciliumFields[section.name])
  const peers = readPeerPart(node, section, context)
  const ports = readPortPart(node, section, context)
  const authentication = readAuthentication(node, section, context)
  if (authentication === 'never' || (peers === 'absent' && ports === 'any'))
    return { ...place, peers: [], names: [], ports, condition: undefined, effect: 'exact' }
  const said = peers === 'absent' ? { peers: 'any' as const, names: [] } : peers
  const effect = authentication === 'required' ? 'wider' : effectOf(node, said.peers, ports)
  const condition = authentication === 'required' ? 'mutual authentication' : undefined
  return { ...place, ...said, ports, condition, effect }
}

/** Whether an entry lets nothing pass, only what is authenticated, or all it says. */
function readAuthentication(node: YamlNode, { verdict }: Section, { reader }: Context): 'no' | 'required' | 'never' {
  const authentication = valueAt(node, 'authentication')
  if (verdict === 'deny' || isUnset(authentication)) return 'no'
  reader.checkFields(authentication, ciliumFields.authentication)
  const mode = textAt(authentication, 'mode')
  if (mode === 'test-always-fail') return 'never'
  if (mode === 'required') return 'required'
  if (mode !== 'disabled' && !reader.isTemplate(valueAt(authentication, 'mode') ?? authentication, 'the mode'))
    reader.refuse('l7-invalid', authentication, 'mode is disabled, required or test-always-fail')
  return mode === 'disabled' ? 'no' : 'required'
}

function effectOf(node: YamlNode, peers: CiliumEntry['peers'], ports: CiliumEntry['ports']): CiliumEntry['effect'] {
  const isRead =
    (peers === 'any' || peers.every(({ kind }) => kind !== 'unreadable')) &&
    (ports === 'any' || ports.every(({ connections }) => connections !== undefined))
  if (!isRead) return 'unknown'
  return hasListener(node) ? 'wider' : 'exact'
}

/** A listener of the proxy may refuse whatever it likes. */
const hasListener = (node: YamlNode): boolean => {
  const items = valueAt(node, 'toPorts')
  return items?.kind === 'sequence' && items.items.some((item) => !isUnset(valueAt(item, 'listener')))
}

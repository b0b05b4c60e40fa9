import { isUnset, valueAt, type YamlNode } from '../../manifests/node.ts'
import { textAt } from '../../model/fields.ts'
import type { AddressSet } from '../../sets/address-set.ts'
import { ConnectionSet } from '../../sets/connection-set.ts'
import { nearest } from '../../source/nearest.ts'
import type { Direction } from '../entry.ts'
import { type Context, checkLength, refuse } from './context.ts'
import { ruleFields } from './fields.ts'
import { readEntity } from './read-entity.ts'
import { readHttp } from './read-http.ts'
import { type ReadPorts, readPorts } from './read-ports.ts'
import { protocols, readFamily, readIcmp, readProtocol } from './read-protocol.ts'
import type { CalicoRule, CalicoVerdict } from './spec.ts'

const actions: Readonly<Record<string, CalicoVerdict>> = { Allow: 'allow', Deny: 'deny', Pass: 'pass', Log: 'log' }
const MOST_RULES = 1024

/** Rules of one direction; a list that cannot be read may hold a rule of any kind. */
export function readRules(spec: YamlNode | undefined, direction: Direction, context: Context): CalicoRule[] {
  const node = valueAt(spec, direction)
  const items = context.reader.list(spec, direction)
  if (items === undefined) return [unreadableRule(node as YamlNode, direction, 0, context)]
  checkLength(context, node, direction, MOST_RULES)
  return items.map((item, index) => readRule(item, direction, index, context))
}

const unreadableRule = (node: YamlNode, direction: Direction, index: number, { reader }: Context): CalicoRule => ({
  direction,
  index,
  span: reader.spanOf(node),
  verdict: undefined,
  connections: ConnectionSet.all,
  ports: [],
  conditions: [],
  isUncertain: true,
  family: undefined,
  source: undefined,
  destination: undefined,
  http: false,
})

function readRule(node: YamlNode, direction: Direction, index: number, context: Context): CalicoRule {
  const { reader } = context
  if (reader.isTemplate(node, 'a rule')) return unreadableRule(node, direction, index, context)
  reader.checkFields(node, ruleFields.rule)
  reader.checkFields(valueAt(node, 'metadata'), ruleFields.ruleMetadata)
  const verdict = readVerdict(node, context)
  const protocol = readProtocol(node, 'protocol', context)
  const notProtocol = readProtocol(node, 'notProtocol', context)
  const source = readEntity(node, 'source', direction, context)
  const destination = readEntity(node, 'destination', direction, context)
  const from = readPorts(valueAt(node, 'source'), protocol, context)
  const to = readPorts(valueAt(node, 'destination'), protocol, context)
  const icmp = readIcmp(node, 'icmp', protocol.protocol, context)
  const notIcmp = readIcmp(node, 'notICMP', protocol.protocol, context)
  const written = readFamily(node, protocol.protocol, context)
  const family = written === 'unreadable' ? undefined : written
  checkFamilies(node, [source.families, destination.families], protocol.protocol, family, context)
  const isUnreadable = [protocol, notProtocol, icmp, notIcmp].some((part) => part?.isUnreadable === true)
  return {
    direction,
    index,
    span: reader.spanOf(node),
    verdict,
    connections: [
      protocol.protocol === undefined ? undefined : ConnectionSet.of(protocol.protocol),
      notProtocol.protocol === undefined ? undefined : allBut(ConnectionSet.of(notProtocol.protocol)),
      icmp?.isUnreadable === false ? icmp.connections : undefined,
      notIcmp?.isUnreadable === false ? allBut(notIcmp.connections) : undefined,
      ...portsOf(to),
      from.text === undefined || protocol.protocol !== undefined ? undefined : anyWithPorts,
    ].reduce<ConnectionSet>((left, part) => (part === undefined ? left : left.intersect(part)), ConnectionSet.all),
    ports: to.items,
    conditions: from.text === undefined ? [] : [`from ${from.text}`],
    isUncertain: isUnreadable || written === 'unreadable' || to.isUncertain || from.isUncertain,
    family: family ?? familyOf(source.entity?.nets) ?? familyOf(destination.entity?.nets),
    source: source.entity,
    destination: destination.entity,
    http: readHttp(node, { direction, verdict, protocol }, context),
  }
}

const anyWithPorts = ConnectionSet.union(['TCP', 'UDP', 'SCTP'].map((name) => ConnectionSet.of(name as 'TCP')))
const allBut = (connections: ConnectionSet): ConnectionSet => ConnectionSet.all.subtract(connections)

const portsOf = ({ ports, notPorts }: ReadPorts): (ConnectionSet | undefined)[] => [
  ports,
  notPorts === undefined ? undefined : anyWithPorts.subtract(notPorts),
]

/** Networks of one family speak of its traffic only, whichever end has them. */
function familyOf(nets: AddressSet | undefined): 4 | 6 | undefined {
  if (nets === undefined || nets.isEmpty || (nets.v4.length > 0 && nets.v6.length > 0)) return undefined
  return nets.v4.length > 0 ? 4 : 6
}

function readVerdict(rule: YamlNode, context: Context): CalicoVerdict | undefined {
  const node = valueAt(rule, 'action')
  const text = textAt(node) ?? ''
  if (Object.hasOwn(actions, text)) return actions[text]
  if (context.reader.isTemplate(node, 'the action')) return undefined
  const names = Object.keys(actions)
  const meant = nearest(text, names)
  const message = `action is one of ${names.join(', ')}, in this spelling`
  const hint = text === '' || meant === undefined ? undefined : `Did you mean ${meant}?`
  refuse(context, 'action-invalid', isUnset(node) ? rule : node, message, hint)
  return undefined
}

/** Networks, ICMP and `ipVersion` of a rule speak of one family. */
function checkFamilies(
  rule: YamlNode,
  families: readonly ReadonlySet<4 | 6>[],
  protocol: number | undefined,
  family: 4 | 6 | undefined,
  context: Context,
): void {
  const problem = familyProblem(new Set(families.flatMap((found) => [...found])), protocol, family)
  if (problem !== undefined) refuse(context, 'address-family-mixed', rule, problem, 'Write one rule for each family.')
}

function familyProblem(
  written: ReadonlySet<4 | 6>,
  protocol: number | undefined,
  family: 4 | 6 | undefined,
): string | undefined {
  const [only, another] = written
  if (only === undefined) return undefined
  if (another !== undefined) return 'a rule speaks of IPv4 networks or of IPv6 networks, not of both'
  if (family !== undefined && family !== only) return `its networks are of IPv${only}, and ipVersion is ${family}`
  const icmp = protocol === protocols.ICMP ? 4 : protocol === protocols.ICMPv6 ? 6 : undefined
  return icmp === undefined || icmp === only
    ? undefined
    : `its networks are of IPv${only}, and its protocol is of IPv${icmp}`
}

import { ConnectionSet } from '../../sets/connection-set.ts'
import type { EntryOrigin, PeerSelector, PolicyEntry } from '../entry.ts'
import { ciliumOrders, tiers } from '../tiers.ts'
import { world } from './entities.ts'
import type { CiliumEntry, CiliumPolicySpec, CiliumPort, CiliumRule } from './spec.ts'

/** One policy as entries. All of Cilium's policies and those of Kubernetes are one tier: what denies wins. */
export function compileCiliumPolicy(spec: CiliumPolicySpec): PolicyEntry[] {
  return spec.rules
    .filter(({ enforced }) => enforced)
    .flatMap((rule) => [...isolations(spec, rule), ...rule.entries.flatMap((entry) => compileEntry(spec, rule, entry))])
}

type Said = Pick<
  PolicyEntry,
  'origin' | 'direction' | 'peers' | 'connections' | 'verdict' | 'isolates' | 'exists' | 'effect'
>

const entryOf = ({ refused }: CiliumPolicySpec, { subject }: CiliumRule, said: Said): PolicyEntry => ({
  ...said,
  layer: 'network',
  tier: tiers.networkPolicy,
  order: said.verdict === 'deny' ? ciliumOrders.deny : ciliumOrders.allow,
  subject,
  exists: refused ? 'unknown' : said.exists,
})

function isolations(spec: CiliumPolicySpec, rule: CiliumRule): PolicyEntry[] {
  return rule.isolations.map(({ direction, span, exists }) => {
    const origin: EntryOrigin = {
      policy: spec.id,
      rule: `${rule.name}isolates its pods for ${direction}`,
      index: -1,
      span,
      ports: [],
    }
    const said = {
      peers: [],
      connections: ConnectionSet.none,
      verdict: 'allow',
      isolates: true,
      effect: 'exact',
    } as const
    return entryOf(spec, rule, { ...said, origin, direction, exists })
  })
}

function compileEntry(spec: CiliumPolicySpec, rule: CiliumRule, entry: CiliumEntry): PolicyEntry[] {
  const { direction, verdict, section, index, span, effect } = entry
  const ports = entry.ports === 'any' ? [] : entry.ports
  const origin: EntryOrigin = {
    policy: spec.id,
    rule: `${rule.name}${section} rule ${index + 1}`,
    index,
    span,
    ports: ports.flatMap((port) => (port.connections ? [{ connections: port.connections, span: port.span }] : [])),
  }
  const all = connectionsOf(entry.ports)
  const connections = entry.condition === undefined ? all : all.qualified(entry.condition)
  const made = (peers: PolicyEntry['peers'], allowed: ConnectionSet): PolicyEntry[] =>
    allowed.isEmpty || (peers !== 'any' && peers.length === 0)
      ? []
      : [
          entryOf(spec, rule, {
            origin,
            direction,
            verdict,
            peers,
            connections: allowed,
            isolates: false,
            exists: 'yes',
            effect,
          }),
        ]
  const unreadable = ports.find((port) => port.connections === undefined)
  return [
    ...made(entry.peers, connections),
    ...entry.names.flatMap(({ condition, span: at }) =>
      made([world(at)], withoutNames(connections).qualified(condition)),
    ),
    ...(unreadable === undefined ? [] : made([anybody(unreadable)], ConnectionSet.all)),
  ]
}

/** Ports that cannot be read may be any, of whomever the entry speaks. */
const anybody = ({ span }: CiliumPort): PeerSelector => ({ kind: 'unreadable', span })

const connectionsOf = (ports: CiliumEntry['ports']): ConnectionSet =>
  ports === 'any' ? ConnectionSet.all : ConnectionSet.union(ports.map((port) => port.connections ?? ConnectionSet.none))

/** Nothing outside the cluster has names for its ports. */
const withoutNames = (connections: ConnectionSet): ConnectionSet =>
  connections.resolveNames(() => ({ numbers: [], names: [], everyName: false }))

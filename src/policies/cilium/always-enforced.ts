import { everything } from '../../model/label-expression.ts'
import type { NetworkProfile } from '../../model/network-profile.ts'
import { ConnectionSet } from '../../sets/connection-set.ts'
import { syntheticSpan } from '../../source/span.ts'
import { type Direction, directions, type PodSelector, type PolicyEntry } from '../entry.ts'
import { ciliumOrders, tiers } from '../tiers.ts'

const option = { group: 'cilium.io', kind: 'option', namespace: '', name: 'enable-policy=always' }

const everyPod: PodSelector = {
  target: 'pods',
  namespaces: { kind: 'matching', expression: everything },
  labels: everything,
  entities: ['health', 'ingress', 'init'],
}
const everyMachine: PodSelector = {
  target: 'nodes',
  namespaces: { kind: 'named', name: '' },
  labels: everything,
}

/**
 * What agents enforce without any policy: under `enable-policy=always` every pod is isolated, and every machine where
 * policies apply to machines.
 */
export function alwaysEnforced({ dialect, cilium }: NetworkProfile): PolicyEntry[] {
  if (dialect !== 'cilium' || cilium.enforcement !== 'always') return []
  return directions.flatMap((direction) => [
    isolation(everyPod, 'pod', direction),
    ...(cilium.hostFirewall ? [isolation(everyMachine, 'machine', direction)] : []),
  ])
}

const isolation = (subject: PodSelector, name: string, direction: Direction): PolicyEntry => ({
  origin: {
    policy: option,
    rule: `isolates every ${name} for ${direction}`,
    index: -1,
    span: syntheticSpan,
    ports: [],
  },
  layer: 'network',
  direction,
  tier: tiers.networkPolicy,
  order: ciliumOrders.allow,
  subject,
  peers: [],
  connections: ConnectionSet.none,
  verdict: 'allow',
  isolates: true,
  exists: 'yes',
  effect: 'exact',
})

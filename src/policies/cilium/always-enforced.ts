import { everything } from '../../model/label-expression.ts'
import type { NetworkProfile } from '../../model/network-profile.ts'
import { ConnectionSet } from '../../sets/connection-set.ts'
import { syntheticSpan } from '../../source/span.ts'
import type { Direction, PolicyEntry } from '../entry.ts'
import { ciliumOrders, tiers } from '../tiers.ts'

const directions: readonly Direction[] = ['ingress', 'egress']
const option = { group: 'cilium.io', kind: 'option', namespace: '', name: 'enable-policy=always' }

/** What agents enforce without any policy: under `enable-policy=always` every pod is isolated. */
export function alwaysEnforced({ dialect, cilium }: NetworkProfile): PolicyEntry[] {
  if (dialect !== 'cilium' || cilium.enforcement !== 'always') return []
  return directions.map((direction) => ({
    origin: { policy: option, rule: `isolates every pod for ${direction}`, index: -1, span: syntheticSpan, ports: [] },
    layer: 'network',
    direction,
    tier: tiers.networkPolicy,
    order: ciliumOrders.allow,
    subject: {
      target: 'pods',
      namespaces: { kind: 'matching', expression: everything },
      labels: everything,
      entities: ['health', 'ingress', 'init'],
    },
    peers: [],
    connections: ConnectionSet.none,
    verdict: 'allow',
    isolates: true,
    exists: 'yes',
    effect: 'exact',
  }))
}

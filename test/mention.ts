import { nothing } from '../src/model/label-expression.ts'
import type { PeerSelector, PolicyEntry } from '../src/policies/entry.ts'
import { ConnectionSet } from '../src/sets/connection-set.ts'
import { syntheticSpan } from '../src/source/span.ts'

/** An entry of nobody's that decides nothing: the partition tells its peers apart from all others. */
export function mention(...peers: readonly PeerSelector[]): PolicyEntry {
  const policy = { group: '', kind: 'Question', namespace: '', name: '' }
  return {
    origin: { policy, rule: '', index: 0, span: syntheticSpan, ports: [] },
    layer: 'network',
    direction: 'ingress',
    tier: 0,
    order: [],
    subject: { target: 'host-endpoints', namespaces: { kind: 'named', name: '' }, labels: nothing },
    peers,
    connections: ConnectionSet.none,
    verdict: 'allow',
    isolates: false,
    exists: 'yes',
    effect: 'exact',
  }
}

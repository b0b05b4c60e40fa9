import type { ConnectionSet } from '../../src/sets/connection-set.ts'
import { connectionsOf } from './connection-text.ts'
import type { CaseOptions, ExpectedConns, FocusedConnection } from './expectation.ts'
import type { Assumptions } from './profiles.ts'

/** Whether a peer's name, `shop/checkout[Deployment]` or `{ingress-controller}`, is one of those asked for. */
function isInFocus(name: string | undefined, wanted: readonly string[] | undefined): boolean {
  if (wanted === undefined) return true
  const bare = name?.replace(/\[.*\]$/, '').replace(/^\{(.*)\}$/, '$1')
  return wanted.some((text) => bare === text || bare?.endsWith(`/${text}`) === true)
}

type KeepsPair = (source: string | undefined, destination: string | undefined) => boolean

/** Rows a focus leaves: one end is a workload in focus, the other one of the peers asked for. Addresses have no name. */
export function focusFilter({ focusWorkloads, focusWorkloadPeers, focusDirection }: CaseOptions): KeepsPair {
  if (focusWorkloads === undefined) return () => true
  const keeps = (name: string | undefined, peer: string | undefined): boolean =>
    isInFocus(name, focusWorkloads) && isInFocus(peer, focusWorkloadPeers)
  return (source, destination) =>
    (focusDirection !== 'egress' && keeps(destination, source)) ||
    (focusDirection !== 'ingress' && keeps(source, destination))
}

/** Cuts answers down to the one connection in focus, and takes a row without connections for it. */
export interface ConnectionFocus {
  readonly expected: (conns: ExpectedConns | undefined) => ConnectionSet
  readonly found: (connections: ConnectionSet) => ConnectionSet
}

export function connectionFocus(focus: FocusedConnection | undefined, assumptions: Assumptions): ConnectionFocus {
  if (focus === undefined) {
    const expected = (conns: ExpectedConns | undefined): ConnectionSet => {
      if (conns === undefined) throw new RangeError('a row says no connections')
      return connectionsOf(conns, assumptions)
    }
    return { expected, found: (connections) => connections }
  }
  const only = connectionsOf({ [focus.protocol]: [`${focus.port}`] }, assumptions)
  return { expected: () => only, found: (connections) => connections.intersect(only) }
}

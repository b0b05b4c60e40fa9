import type { Workload } from '../../src/model/cluster.ts'
import type { Bound } from '../../src/reach/evaluate.ts'
import { classOfWorkload } from '../../src/reach/peers.ts'
import type { Reachability } from '../../src/reach/reachability.ts'
import { ConnectionSet } from '../../src/sets/connection-set.ts'
import { portRange } from '../../src/sets/port-set.ts'
import type { LoadedSide } from './load-side.ts'

export interface BackendRow {
  readonly workload: Workload
  readonly connections: ConnectionSet
}

/**
 * What an ingress controller leads to, before policies: backends of Ingresses and Routes on TCP ports that a container
 * declares (the source of these rows drops others).
 */
export function backendRows({ entryPoints }: LoadedSide): BackendRow[] {
  const found = new Map<Workload, ConnectionSet>()
  for (const { kind, backends } of entryPoints.entryPoints) {
    if (kind !== 'ingress' && kind !== 'route') continue
    for (const { workload, connections } of backends) {
      const offered = connections.intersect(declaredPorts(workload))
      found.set(workload, (found.get(workload) ?? ConnectionSet.none).union(offered))
    }
  }
  return [...found].map(([workload, connections]) => ({ workload, connections }))
}

function declaredPorts({ ports }: Workload): ConnectionSet {
  return ConnectionSet.union(
    ports.filter(({ protocol }) => protocol === 'TCP').map(({ port }) => ConnectionSet.of('TCP', portRange(port))),
  )
}

/** The same, as far as policies let a pod without labels, in a namespace nobody knows, in. */
export function controllerRows(side: LoadedSide, reach: Reachability, bound: Bound): BackendRow[] {
  return backendRows(side).map(({ workload, connections }) => ({
    workload,
    connections: connections.intersect(
      reach.connections(reach.universe.anyPod, classOfWorkload(reach, workload))[bound],
    ),
  }))
}

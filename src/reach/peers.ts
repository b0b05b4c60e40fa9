import { internetOf, metadataAddresses, privateOf } from '../model/address-ranges.ts'
import type { Workload } from '../model/cluster.ts'
import { idKey } from '../model/cluster.ts'
import type { AddressSet } from '../sets/address-set.ts'
import { holdsUnlabelled } from './label-space.ts'
import type { Reachability } from './reachability.ts'
import type { AddressClass, CellClass, PeerClass, WorkloadClass } from './universe.ts'

/** Class of a workload of this side. */
export function classOfWorkload(reach: Reachability, workload: Workload): WorkloadClass {
  return reach.universe.classOf.get(`${reach.side} ${idKey(workload.id)}`) as WorkloadClass
}

/** Workloads of this side in a class. */
export function workloadsIn(reach: Reachability, found: PeerClass): Workload[] {
  if (found.kind !== 'workloads') return []
  return found.members.flatMap((member) => member[reach.side] ?? [])
}

/** Class of a pod without labels in a namespace with a trace: what anybody could create there. */
export function unlabelledPod(reach: Reachability, namespace: string): CellClass | undefined {
  const classes = reach.universe.byNamespace.get(namespace) ?? []
  return classes.find((found): found is CellClass => found.kind === 'cell' && holdsUnlabelled(found.pods))
}

/** Address classes that lie within a set. */
export function addressesWithin(reach: Reachability, set: AddressSet): AddressClass[] {
  return reach.universe.addresses.filter(({ addresses }) => addresses.isSubsetOf(set))
}

export const internetClasses = (reach: Reachability): AddressClass[] =>
  addressesWithin(reach, internetOf(reach.input.cluster.profile))
export const privateClasses = (reach: Reachability): AddressClass[] =>
  addressesWithin(reach, privateOf(reach.input.cluster.profile))
export const metadataClasses = (reach: Reachability): AddressClass[] => addressesWithin(reach, metadataAddresses)

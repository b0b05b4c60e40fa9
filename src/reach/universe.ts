import type { Cluster, Workload } from '../model/cluster.ts'
import type { LabelExpression } from '../model/label-expression.ts'
import type { Labels } from '../model/labels.ts'
import type { Entity, PolicyEntry } from '../policies/entry.ts'
import type { AddressSet } from '../sets/address-set.ts'
import type { LabelCell } from './label-space.ts'

/** Pods, in the tree or not; host endpoints are no pods. */
export const isPodClass = (found: PeerClass): found is PodClass =>
  (found.kind === 'workloads' && !found.isHost) || found.kind === 'cell'

/** Stands for the namespace of host endpoints, which have none. */
export const HOSTS = ''

export type Side = 'base' | 'head'
export const sides = ['base', 'head'] as const

/** Everything the engine needs of one side: the cluster and its compiled policies. */
export interface SideInput {
  readonly cluster: Cluster
  readonly entries: readonly PolicyEntry[]
}

/** A workload on one side, or on both when it is the same one. */
export interface WorkloadPair {
  readonly base: Workload | undefined
  readonly head: Workload | undefined
}

/**
 * Peers that no policy of either side can tell apart.
 * `workloads`: workloads of one namespace. `cell`: pods that are not in the tree, in a known namespace or in any
 * namespace of a cell. `remote`: pods of other clusters of a mesh, where policies speak of such. `nodes`: machines that are not in the tree, where policies speak of machines. `entity`: endpoints
 * that are none of the others, where policies speak of them. `addresses`: addresses outside the cluster, and those of
 * machines in the tree.
 */
export type PeerClass = PodClass | RemoteClass | NodeClass | EntityClass | AddressClass
/** Peers that pod selectors speak of. */
export type PodClass = WorkloadClass | CellClass

interface ClassBase {
  readonly index: number
}

export interface WorkloadClass extends ClassBase {
  readonly kind: 'workloads'
  /** Empty for host endpoints. */
  readonly namespace: string
  /** Whether they are host endpoints, which pod selectors do not speak of. */
  readonly isHost: boolean
  readonly members: readonly WorkloadPair[]
  /** Cell that its pods' labels lie in on each side: unseen pods that look the same to every selector. */
  readonly cells: Readonly<Record<Side, number | undefined>>
}

export interface CellClass extends ClassBase {
  readonly kind: 'cell'
  /** Name of the namespace, or the cell of namespaces nobody declared. */
  readonly namespace: string | LabelCell
  readonly pods: LabelCell
}

/** Nobody here knows their policies: whatever is sent to them arrives. */
export interface RemoteClass extends ClassBase {
  readonly kind: 'remote'
  readonly cluster: LabelCell
  readonly namespace: LabelCell
  readonly pods: LabelCell
}

/**
 * Machines by what policies ask of their labels. Where policies tell the machine of the other end from all others, `own`
 * is the one and `other` the others; else they are `any`.
 */
export interface NodeClass extends ClassBase {
  readonly kind: 'nodes'
  readonly place: 'any' | 'own' | 'other'
  readonly nodes: LabelCell
}

export interface EntityClass extends ClassBase {
  readonly kind: 'entity'
  readonly entity: Exclude<Entity, 'host' | 'remote-node'>
}

export interface AddressClass extends ClassBase {
  readonly kind: 'addresses'
  readonly addresses: AddressSet
}

/** One partition of all peers, for both sides. */
export interface Universe {
  readonly classes: readonly PeerClass[]
  readonly byNamespace: ReadonlyMap<string, readonly PeerClass[]>
  /** Cells of pods in namespaces that leave no trace in the tree. */
  readonly elsewhere: readonly CellClass[]
  readonly remote: readonly RemoteClass[]
  readonly addresses: readonly AddressClass[]
  /** Empty where no policy speaks of machines. */
  readonly nodes: readonly NodeClass[]
  /** Empty where no policy speaks of them. */
  readonly entities: readonly EntityClass[]
  readonly namespaces: Readonly<Record<Side, ReadonlyMap<string, Labels>>>
  /** Class of an unlabelled pod in an unlabelled namespace that leaves no trace: anybody. */
  readonly anyPod: CellClass
  readonly classOf: ReadonlyMap<string, WorkloadClass>
  /** Label selectors of either side by `expressionKey`: what the answers of a cell stand for. */
  readonly expressions: ReadonlyMap<string, LabelExpression>
  /** Selectors that were left out of cells because a limit was met. */
  readonly coarse: number
}

/** The workload that stands for a class on one side; the other side's where it exists on that one only. */
export function representative(found: PeerClass, side: Side): Workload | undefined {
  if (found.kind !== 'workloads') return undefined
  const member = found.members[0]
  return side === 'base' ? (member?.base ?? member?.head) : (member?.head ?? member?.base)
}

/** Whether the address of a workload is known, or is that of its machine. */
export const isPlaced = (workload: Workload | undefined): boolean =>
  workload?.addresses !== undefined || workload?.hostNetwork === true

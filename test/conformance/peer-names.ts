import { valueAt } from '../../src/manifests/node.ts'
import type { Cluster, Workload } from '../../src/model/cluster.ts'
import { textAt } from '../../src/model/fields.ts'
import { classOfWorkload } from '../../src/reach/peers.ts'
import type { Reachability } from '../../src/reach/reachability.ts'
import type { AddressClass, PeerClass } from '../../src/reach/universe.ts'
import { AddressSet } from '../../src/sets/address-set.ts'
import { parseCidr, parseV4, parseV6 } from '../../src/sets/cidr.ts'
import type { Assumptions } from './profiles.ts'

export const INGRESS_CONTROLLER = '{ingress-controller}'

/** `shop/checkout[Deployment]`; host endpoints have no namespace. */
export function workloadName({ id }: Workload): string {
  return `${id.kind === 'HostEndpoint' ? 'host' : id.namespace}/${id.name}[${id.kind}]`
}

export interface NamedClass {
  readonly name: string
  readonly found: PeerClass
}

/** Workloads with their classes, under the names that the source gives them. */
export function namedWorkloads(
  workloads: readonly Workload[],
  reach: Reachability,
  assumptions: Pick<Assumptions, 'unlikePods'>,
): NamedClass[] {
  const all = workloads.map((workload) => ({
    workload,
    name: workloadName(workload),
    found: classOfWorkload(reach, workload),
  }))
  if (assumptions.unlikePods === 'apart') return all
  const ofOwner = Map.groupBy(all, ({ workload }) => ownerName(workload) ?? '')
  const alike = new Map(
    [...ofOwner].map(([owner, pods]) => [
      owner,
      owner !== '' &&
        areAlike(
          pods.map(({ workload }) => workload),
          reach,
        ),
    ]),
  )
  return all.map(({ workload, name, found }) => {
    const owner = ownerName(workload)
    return { name: owner !== undefined && alike.get(owner) === true ? owner : name, found }
  })
}

/** Whether everybody else in the tree, and every address, treats some workloads alike, both ways. */
export function areAlike(workloads: readonly Workload[], reach: Reachability): boolean {
  const classes = new Set(workloads.map((workload) => classOfWorkload(reach, workload)))
  if (classes.size === 1) return true
  const own = new Set(workloads)
  const others = reach.universe.classes.filter(
    (found) =>
      found.kind === 'addresses' ||
      (found.kind === 'workloads' && found.members.some(({ head }) => head !== undefined && !own.has(head))),
  )
  const seen = [...classes].map((found) =>
    others
      .map((other) => `${reach.connections(found, other).must.key} ${reach.connections(other, found).must.key}`)
      .join('\n'),
  )
  return new Set(seen).size === 1
}

/** Owner of a pod that the model keeps apart from its siblings. */
export function ownerName({ id, resource }: Workload): string | undefined {
  if (resource.kind !== 'Pod' || id.kind !== 'Pod') return undefined
  const owner = valueAt(resource.node, 'metadata', 'ownerReferences')
  const first = owner?.kind === 'sequence' ? owner.items[0] : undefined
  const [kind, name] = [textAt(first, 'kind') ?? 'Pod', textAt(first, 'name')]
  return name === undefined || kind === 'Node' ? undefined : `${id.namespace}/${name}[${kind}]`
}

/** The addresses a peer text means: an inclusive range, one address or a CIDR; undefined for a workload. */
export function addressesOf(text: string): AddressSet | undefined {
  if (text.includes('[') || text.startsWith('{')) return undefined
  const cidr = parseCidr(text)
  if (cidr.ok)
    return cidr.family === 4 ? AddressSet.v4Range(cidr.first, cidr.last) : AddressSet.v6Range(cidr.first, cidr.last)
  const [first, last] = text.split('-')
  return first === undefined ? undefined : rangeOf(first, last ?? first)
}

function rangeOf(first: string, last: string): AddressSet | undefined {
  const [low, high] = [parseV4(first), parseV4(last)]
  if (typeof low === 'number' && typeof high === 'number') return AddressSet.v4Range(low, high)
  const [low6, high6] = [parseV6(first), parseV6(last)]
  return typeof low6 === 'bigint' && typeof high6 === 'bigint' ? AddressSet.v6Range(low6, high6) : undefined
}

/** Classes of addresses that overlap a set. */
function classesOf(reach: Reachability, addresses: AddressSet): AddressClass[] {
  return reach.universe.addresses.filter((found) => found.addresses.overlaps(addresses))
}

/** Workload behind `namespace/pod` or `namespace/workload`, with or without its kind. */
export function findWorkload(cluster: Cluster, text: string): Workload | undefined {
  const named = /^([^/]+)\/([^[]+)(?:\[(.+)\])?$/.exec(text)
  if (named === null) return undefined
  const [, namespace, name, kind] = named
  const inside = cluster.workloads.filter(
    ({ id }) => id.namespace === namespace && (kind === undefined || id.kind === kind),
  )
  return (
    inside.find(({ pods }) => pods.includes(name as string)) ??
    inside.find(({ id }) => id.name === name) ??
    inside.find(({ id }) => id.kind === 'StatefulSet' && new RegExp(`^${id.name}-\\d+$`).test(name as string))
  )
}

/** Every class a peer text stands for. Empty when nobody has that name. */
export function classesNamed(reach: Reachability, text: string): PeerClass[] {
  const addresses = addressesOf(text)
  if (addresses !== undefined) return classesOf(reach, addresses)
  const workload = findWorkload(reach.input.cluster, text)
  return workload === undefined ? [] : [classOfWorkload(reach, workload)]
}

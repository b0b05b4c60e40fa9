import type { SideView } from '../delta/side-view.ts'
import { qualifiedName, type Workload } from '../model/cluster.ts'
import { endpointsOf } from '../model/service-endpoints.ts'
import { classOfWorkload, internetClasses, unlabelledPod } from '../reach/peers.ts'
import type { AddressClass, PeerClass } from '../reach/universe.ts'
import { AddressSet } from '../sets/address-set.ts'
import { parseCidr } from '../sets/cidr.ts'
import { nearest } from '../source/nearest.ts'
import { UsageError } from './usage-error.ts'

/** A peer as the user names it; a range of addresses or a Service may be several that policies tell apart. */
export interface FoundPeer {
  readonly name: string
  readonly classes: readonly PeerClass[]
  /** Workloads behind the name, for the ports they declare. */
  readonly workloads: readonly Workload[]
}

/** The peer of that name in one cluster; undefined when the cluster has none. */
export function findPeer(text: string, view: SideView): FoundPeer | undefined {
  const { reach } = view
  if (text === 'internet') return { name: 'the internet', classes: internetClasses(reach), workloads: [] }
  if (text === '*') return { name: 'any pod in any other namespace', classes: [reach.universe.anyPod], workloads: [] }
  const addresses = addressesOf(text)
  if (addresses !== undefined)
    return { name: text, classes: classesOf(addresses, reach.universe.addresses), workloads: [] }
  const [namespace = '', kindOrName = '', name] = text.split('/')
  if (kindOrName === '*') return unseenPod(namespace, view)
  return name === undefined ? anyKind(namespace, kindOrName, view) : ofKind(namespace, kindOrName, name, view)
}

function addressesOf(text: string): AddressSet | undefined {
  const cidr =
    text.includes('.') || text.includes(':')
      ? text.includes('/')
        ? text
        : `${text}/${text.includes(':') ? 128 : 32}`
      : ''
  return parseCidr(cidr).ok ? AddressSet.of(cidr) : undefined
}

const classesOf = (wanted: AddressSet, classes: readonly AddressClass[]): AddressClass[] =>
  classes.filter(({ addresses }) => addresses.overlaps(wanted))

function unseenPod(namespace: string, { reach }: SideView): FoundPeer | undefined {
  const pod = unlabelledPod(reach, namespace)
  return pod && { name: `a pod without labels in ${namespace}`, classes: [pod], workloads: [] }
}

function anyKind(namespace: string, name: string, view: SideView): FoundPeer | undefined {
  const workloads = view.cluster.workloads.filter(({ id }) => id.namespace === namespace && id.name === name)
  if (workloads.length > 0) return peerOf(`${namespace}/${name}`, workloads, view)
  return behindService(namespace, name, view)
}

function ofKind(namespace: string, kind: string, name: string, view: SideView): FoundPeer | undefined {
  if (kind.toLowerCase() === 'service') return behindService(namespace, name, view)
  const workloads = view.cluster.workloads.filter(
    ({ id }) => id.namespace === namespace && id.name === name && id.kind.toLowerCase() === kind.toLowerCase(),
  )
  return workloads.length === 0 ? undefined : peerOf(`${namespace}/${name}`, workloads, view)
}

/** Policies see pods, not Services: what is asked about is the pods behind it. */
function behindService(namespace: string, name: string, view: SideView): FoundPeer | undefined {
  const service = view.cluster.services.find(({ id }) => id.namespace === namespace && id.name === name)
  const workloads = service === undefined ? [] : endpointsOf(service, view.cluster).map(({ workload }) => workload)
  return workloads.length === 0 ? undefined : peerOf(`the pods behind Service ${namespace}/${name}`, workloads, view)
}

function peerOf(name: string, workloads: readonly Workload[], { reach }: SideView): FoundPeer {
  return { name, workloads, classes: [...new Set(workloads.map((workload) => classOfWorkload(reach, workload)))] }
}

/** What to say of a name that no cluster knows. */
export function unknownPeer(option: string, text: string, views: readonly SideView[]): UsageError {
  const names = views.flatMap(({ cluster }) =>
    [...cluster.workloads, ...cluster.services].map(({ id }) => qualifiedName(id)),
  )
  const known = [...new Set(names)].sort()
  const sameName = known.find((candidate) => candidate.endsWith(`/${text.split('/').at(-1)}`))
  const meant = sameName ?? nearest(text, known)
  return new UsageError(
    `${option} ${text}: there is no such peer`,
    meant === undefined
      ? 'Name NAMESPACE/NAME of a workload or Service, NAMESPACE/*, *, an IP address, or internet.'
      : `Did you mean ${meant}?`,
  )
}

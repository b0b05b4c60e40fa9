import type { Workload } from '../model/cluster.ts'
import { showId } from '../model/cluster.ts'
import { isPodClass, type PeerClass, type Side } from '../reach/universe.ts'
import type { Cause } from './cause.ts'
import { diffResources, type NodeChange } from './node-diff.ts'
import { nearOf, placeOf } from './policy-cause.ts'
import type { SideView } from './side-view.ts'

/** Labels, ports and host networking of the pods, and labels of their namespaces, where they differ between the sides. */
export function factCauses(peers: readonly PeerClass[], base: SideView, head: SideView): Cause[] {
  return peers.flatMap((peer) => [...workloadCauses(peer, head.side), ...namespaceCauses(peer, base, head)])
}

const podFields: ReadonlySet<string> = new Set([
  'hostNetwork',
  'containers',
  'initContainers',
  'namespace',
  'serviceAccountName',
  'template',
  'spec',
  'podIP',
])

function workloadCauses(peer: PeerClass, headSide: Side): Cause[] {
  if (peer.kind !== 'workloads') return []
  return peer.members.flatMap(({ base: before, head: after }) => {
    if (before === undefined || after === undefined) return after === undefined ? [] : [newWorkload(after, headSide)]
    const changes = diffResources(before.resource, after.resource).filter(({ path }) => isPodField(path))
    return changes.map((change) => ({
      kind: isLabelChange(change) ? ('labels' as const) : ('workload' as const),
      object: after.id,
      ...placeOf(change),
      ...nearOf(change),
      text: `${showId(after.id)}: ${describeFact(change)}`,
    }))
  })
}

function newWorkload(workload: Workload, side: Side): Cause {
  return {
    kind: 'workload',
    object: workload.id,
    at: { side, span: workload.resource.name.span },
    near: undefined,
    text: `${showId(workload.id)} was added`,
  }
}

/** Fields of a pod that policies can see: its labels, its ports, its network. Images, replicas and the like are not. */
function isPodField(path: NodeChange['path']): boolean {
  if (path[0] === 'metadata' && path[1] === 'labels') return path.length <= 3
  if (path.includes('image') || path.includes('env') || path.includes('resources') || path.includes('selector'))
    return false
  const last = path.findLast((part) => typeof part === 'string')
  return path.includes('labels') || path.includes('ports') || (last !== undefined && podFields.has(String(last)))
}

const isLabelChange = ({ path }: NodeChange): boolean => path.includes('labels')

function describeFact(change: NodeChange): string {
  const last = change.path.at(-1)
  const verb = change.base === undefined ? 'was added' : change.head === undefined ? 'was removed' : 'changed'
  return isLabelChange(change) && change.path.at(-2) === 'labels'
    ? `label ${last} ${verb}`
    : `${change.path
        .filter((part) => typeof part === 'string')
        .slice(-2)
        .join('.')} ${verb}`
}

function namespaceCauses(peer: PeerClass, base: SideView, head: SideView): Cause[] {
  if (!isPodClass(peer) || typeof peer.namespace !== 'string') return []
  const before = base.cluster.namespaces.get(peer.namespace)?.resource
  const after = head.cluster.namespaces.get(peer.namespace)?.resource
  const object = { group: '', kind: 'Namespace', namespace: '', name: peer.namespace }
  if (before === undefined || after === undefined) {
    const only = after ?? before
    if (only === undefined) return []
    const side: Side = after === undefined ? 'base' : 'head'
    return [
      {
        kind: 'namespace',
        object,
        at: { side, span: only.name.span },
        near: undefined,
        text: `Namespace ${peer.namespace} was ${after === undefined ? 'removed' : 'declared'}`,
      },
    ]
  }
  return diffResources(before, after)
    .filter(isLabelChange)
    .map((change) => ({
      kind: 'namespace' as const,
      object,
      ...placeOf(change),
      ...nearOf(change),
      text: `Namespace ${peer.namespace}: ${describeFact(change)}`,
    }))
}

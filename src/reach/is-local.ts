import type { Reachability } from './reachability.ts'
import { isPodClass, type PeerClass, type WorkloadClass } from './universe.ts'

/**
 * Whether policies have no say: a pod talks to itself, or its own machine to it. Said only of pods whose manifest
 * leaves no doubt; replicas of one owner are other pods, and most pods may land on any machine.
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function isLocal(reach: Reachability, source: PeerClass, destination: PeerClass): boolean {
  if (isPodClass(destination) && isAnyOwnMachine(source, reach)) return true
  if (destination.kind !== 'workloads') return false
  return source === destination ? isOnePod(destination, reach) : isOwnMachine(source, destination, reach)
}

/** Where the plugin keeps policies out of it: whichever machine it is, it reaches its own pods. */
const isAnyOwnMachine = (source: PeerClass, { input }: Reachability): boolean =>
  source.kind === 'nodes' && source.place === 'own' && input.cluster.profile.ownMachine === 'always-allowed'

function isOnePod({ members }: WorkloadClass, { side }: Reachability): boolean {
  const [only, another] = members
  return another === undefined && only?.[side]?.id.kind === 'Pod'
}

/** An address of the machine that the pods are bound to, or a pod on its network. */
function isOwnMachine(source: PeerClass, { members }: WorkloadClass, { side, input }: Reachability): boolean {
  if (source.kind !== 'workloads' && source.kind !== 'addresses') return false
  const machine = members[0]?.[side]?.nodeName
  if (machine === undefined || members.some((member) => member[side]?.nodeName !== machine)) return false
  if (source.kind === 'workloads')
    return source.members.every((member) => member[side]?.hostNetwork === true && member[side]?.nodeName === machine)
  const node = input.cluster.nodes.find(({ name }) => name === machine)
  return node !== undefined && source.addresses.isSubsetOf(node.addresses)
}

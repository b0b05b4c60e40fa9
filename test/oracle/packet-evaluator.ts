import { type Action, tierMayDecide } from './naive-admin-policy.ts'
import { networkPoliciesDecide } from './naive-network-policy.ts'
import { endOf, type Packet, type Question, type World } from './plain-objects.ts'

/**
 * Decides single packets by reading the objects one by one, as the APIs describe them. It shares no code with the
 * engine and knows neither classes nor sets: slow, and plain enough to be checked by reading. `unknown` where Kubernetes
 * leaves the choice open. Not decided here: traffic of a pod with itself, and of a pod with its own node.
 */
export function packetFate(world: World, packet: Packet): 'arrives' | 'lost' | 'unknown' {
  const from = endOf(world, packet.from)
  const to = endOf(world, packet.to)
  const leaves = mayPass(world, { subject: from, peer: to, destination: to, direction: 'Egress', packet })
  const enters = mayPass(world, { subject: to, peer: from, destination: to, direction: 'Ingress', packet })
  if (!leaves.has(true) || !enters.has(true)) return 'lost'
  return leaves.has(false) || enters.has(false) ? 'unknown' : 'arrives'
}

/** Every answer one end may give. */
function mayPass(world: World, question: Question): ReadonlySet<boolean> {
  const outcomes = new Set<boolean>()
  for (const action of tierMayDecide(world, question, 'Admin')) {
    if (isFinal(action)) outcomes.add(action === 'allow')
    else for (const passes of behindAdmin(world, question)) outcomes.add(passes)
  }
  return outcomes
}

function behindAdmin(world: World, question: Question): readonly boolean[] {
  const decided = networkPoliciesDecide(world, question)
  if (decided !== 'nothing') return [decided === 'allow']
  return [...tierMayDecide(world, question, 'Baseline')].map((action) => action !== 'deny')
}

const isFinal = (action: Action | 'nothing'): boolean => action === 'allow' || action === 'deny'

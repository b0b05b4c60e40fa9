import type { SideView } from '../delta/side-view.ts'
import { showWitness } from '../delta/trace-connection.ts'
import { showId } from '../model/cluster.ts'
import type { PeerSelector, PolicyEntry } from '../policies/entry.ts'
import { replay } from '../reach/replay.ts'
import { isPodClass, type PeerClass } from '../reach/universe.ts'
import type { ConnectionSet } from '../sets/connection-set.ts'
import type { RuleHit } from './finding.ts'
import { defineRule, noOptions } from './rule.ts'

export default defineRule({
  id: 'cluster-policy-cidr-hits-pods',
  title: 'A denied network takes the pods of the cluster with it',
  severity: 'error',
  fix: 'patch',
  tags: ['cis-5.3.2', 'correctness'],
  scope: 'side',
  options: noOptions,
  *check({ view }) {
    for (const entry of view.reach.input.entries) {
      if (entry.verdict !== 'deny' || entry.peers === 'any' || !isOfAdmins(entry)) continue
      const network = entry.peers.find((peer) => peer.kind === 'addresses' && peer.matchesPods === 'yes')
      const denied = network === undefined ? undefined : deniedPod(view, entry, network)
      if (network !== undefined && denied !== undefined) yield hit(view, entry, network, denied)
    }
  },
})

/** Other kinds mean pods by their networks as well, and have other ways to take them out. */
const isOfAdmins = ({ origin }: PolicyEntry): boolean => origin.policy.group === 'policy.networking.k8s.io'

interface DeniedPod {
  readonly subject: PeerClass
  readonly pod: PeerClass
  readonly connections: ConnectionSet
}

/** A pod that the rule certainly denies to one of its subjects because of its address alone. */
function deniedPod({ reach }: SideView, entry: PolicyEntry, network: PeerSelector): DeniedPod | undefined {
  const { universe, matcher } = reach
  const covered = matcher.peer(network).must
  const pods = [universe.anyPod, ...universe.classes.filter(isPodClass)].filter(
    (found) => covered.has(found.index) && reach.isPolicedPod(found),
  )
  const subject = universe.classes[matcher.select(entry.subject).must.first() ?? -1]
  if (subject === undefined) return undefined
  const uses = reach.uses(subject, entry.direction)
  const use = uses.find((candidate) => candidate.entry === entry && candidate.applies === 'yes')
  if (use === undefined) return undefined
  for (const pod of pods) {
    const connections = replay(uses, pod.index, 'may').decided.get(use)
    if (connections !== undefined && pod !== subject) return { subject, pod, connections }
  }
  return undefined
}

function hit(view: SideView, entry: PolicyEntry, network: PeerSelector, denied: DeniedPod): RuleHit {
  const { policy, rule } = entry.origin
  const accept = policy.kind === 'ClusterNetworkPolicy' ? 'Accept' : 'Allow'
  const action = policy.kind === 'BaselineAdminNetworkPolicy' ? accept : 'Pass'
  return {
    object: policy,
    discriminator: `${entry.direction} ${network.kind === 'addresses' ? network.addresses.key : ''}`,
    at: { side: view.side, span: network.span },
    message: `${showId(policy)}, ${rule}: networks speak of pods as well, so this denies traffic inside the cluster, not only to what lies outside`,
    remedy: `Put a rule in front that takes the pods out, with action ${action}.`,
    confidence: 'certain',
    witness: showWitness(view, denied.subject, denied.pod, denied.connections),
    patch: {
      path: network.span.file.path,
      text: `${entry.direction}:\n  # before ${rule}\n  - action: ${action}\n    to:\n      - namespaces: {}\n`,
    },
  }
}

import { z } from 'zod'
import type { SideView } from '../delta/side-view.ts'
import { showId } from '../model/cluster.ts'
import type { NetworkProfile } from '../model/network-profile.ts'
import { type PeerSelector, type PolicyEntry, peersIn } from '../policies/entry.ts'
import { AddressSet } from '../sets/address-set.ts'
import type { RuleHit } from './finding.ts'
import { defineRule } from './rule.ts'

export default defineRule({
  id: 'ip-block-in-cluster',
  title: 'A block of addresses lies in the cluster',
  severity: 'warning',
  fix: 'none',
  tags: ['cis-5.3.2', 'correctness'],
  scope: 'side',
  options: z.strictObject({
    allow: z
      .array(z.string())
      .default([])
      .describe('Blocks that are meant: the address of the API server, 10.96.0.1/32.'),
  }),
  *check({ view, options }) {
    const meant = new Set(options.allow.map((cidr) => AddressSet.of(cidr).key))
    for (const entry of view.reach.input.entries)
      for (const peer of peersIn(entry.peers))
        if (peer.kind === 'addresses' && !meant.has(peer.addresses.key)) yield* hitsOf(view, entry, peer)
  },
})

type AddressPeer = Extract<PeerSelector, { kind: 'addresses' }>

const rangeNames = { pods: 'pods', nodes: 'nodes', services: 'Services' } as const
type RangeName = keyof typeof rangeNames

/** Only blocks inside a range are told: one that holds the range among much else was meant for something else. */
function* hitsOf(view: SideView, entry: PolicyEntry, peer: AddressPeer): Generator<RuleHit> {
  const { ranges } = view.cluster.profile
  const name = (['pods', 'nodes', 'services'] as const).find(
    (range) => !peer.addresses.isEmpty && peer.addresses.isSubsetOf(ranges[range]),
  )
  if (name === undefined || isOneHost(peer.addresses, name)) return
  const { policy, rule } = entry.origin
  const cidrs = peer.addresses.cidrs().join(', ')
  yield {
    object: policy,
    discriminator: `${entry.direction} ${peer.addresses.key}`,
    at: { side: view.side, span: peer.span },
    confidence: 'certain',
    message: `${showId(policy)}, ${rule}: ${cidrs} are addresses of ${rangeNames[name]}, ${consequence(name, peer, view.cluster.profile)}.`,
    remedy: remedies[name],
  }
}

/** A single address of a machine or a Service is mostly the API server, which has no selector of its own. */
const isOneHost = (addresses: AddressSet, name: RangeName): boolean =>
  name !== 'pods' && addresses.sizeV4() + Number(addresses.sizeV6()) === 1

function consequence(name: RangeName, peer: AddressPeer, { cni }: NetworkProfile): string {
  if (name === 'services') return 'which are translated before a policy sees the connection'
  const matches = name === 'pods' ? peer.matchesPods : peer.matchesNodes
  if (matches === 'no') return `which ${cni?.name ?? 'the network plugin'} never matches by address: it matches nobody`
  if (matches === 'unknown') return 'which some network plugins match by address and others do not'
  return name === 'pods'
    ? 'which pods take and leave: whoever has one at the moment is meant'
    : 'behind which any pod may hide that leaves its node with the address of the node'
}

const remedies: Readonly<Record<RangeName, string>> = {
  pods: 'Select the pods by their labels.',
  nodes: 'Use what the plugin has for machines: entities host and remote-node, or a selector of nodes.',
  services: 'Select the pods behind the Service, on their own ports.',
}

import type { LabelExpression } from '../model/label-expression.ts'
import { isEverything } from '../model/label-expression.ts'
import type { NetworkPolicyRule, PolicyPeer } from '../policies/kubernetes/spec.ts'

/** Two neighbours of a list of peers, one with a selector of namespaces only, the other with one of pods only. */
export interface SplitPair {
  readonly first: PolicyPeer
  readonly second: PolicyPeer
  readonly pods: LabelExpression
  readonly podsPeer: PolicyPeer
  readonly namespaces: LabelExpression
}

/** Pairs that look like one item torn apart; an item between two others may be in two of them. `podSelector: {}` is the own namespace, which is listed on purpose. */
export function splitPairs({ peers }: NetworkPolicyRule): SplitPair[] {
  if (peers === 'any') return []
  const pairs: SplitPair[] = []
  for (let index = 1; index < peers.length; index++) {
    const pair = pairOf(peers[index - 1] as PolicyPeer, peers[index] as PolicyPeer)
    if (pair !== undefined) pairs.push(pair)
  }
  return pairs
}

function pairOf(first: PolicyPeer, second: PolicyPeer): SplitPair | undefined {
  const [podsPeer, other] = first.podSelector === undefined ? [second, first] : [first, second]
  const { podSelector: pods } = podsPeer
  const { namespaceSelector: namespaces } = other
  if (
    pods === undefined ||
    namespaces === undefined ||
    podsPeer.namespaceSelector !== undefined ||
    other.podSelector !== undefined
  )
    return undefined
  return first.valid && second.valid && !isEverything(pods) ? { first, second, pods, podsPeer, namespaces } : undefined
}

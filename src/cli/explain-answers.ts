import { namePeers } from '../delta/name-peers.ts'
import type { SideView } from '../delta/side-view.ts'
import { explain } from '../reach/explain.ts'
import type { Reachability } from '../reach/reachability.ts'
import type { PeerClass } from '../reach/universe.ts'
import type { ConnectionSet } from '../sets/connection-set.ts'
import { type DescribedDirection, describeDirection } from './describe-direction.ts'
import type { FoundPeer } from './find-peer.ts'

export interface Question {
  readonly cluster: string
  readonly view: SideView
  readonly source: FoundPeer
  readonly destination: FoundPeer
}

/** The answer for two peers, in words and without anything that differs between clusters. */
export interface Answer {
  readonly clusters: readonly string[]
  readonly source: string
  readonly destination: string
  readonly asked: string
  readonly verdict: 'allowed' | 'denied' | 'partly' | 'unknown'
  /** What certainly passes, and what passes under some reading of what is unknown. */
  readonly allowed: { readonly must: string; readonly may: string }
  readonly egress: DescribedDirection
  readonly ingress: DescribedDirection
}

/** Answers for one cluster: one, unless the names stand for peers that fare differently. */
export function answersIn(
  { cluster, view, source, destination }: Question,
  asked: ConnectionSet | undefined,
): Answer[] {
  const { reach } = view
  const pairs = source.classes.flatMap((from) => destination.classes.map((to): Pair => ({ from, to })))
  const groups = [...Map.groupBy(pairs, (pair) => fateOf(reach, pair, asked)).values()]
  return groups.flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    const whole = group.length === pairs.length
    const names = {
      source: whole
        ? source.name
        : nameOf(
            group.map(({ from }) => from),
            reach,
          ),
      destination: whole
        ? destination.name
        : nameOf(
            group.map(({ to }) => to),
            reach,
          ),
    }
    return [answer(cluster, reach, first, names, asked)]
  })
}

interface Pair {
  readonly from: PeerClass
  readonly to: PeerClass
}

interface Names {
  readonly source: string
  readonly destination: string
}

/** Pairs for which every entry says the same are told once. */
function fateOf(reach: Reachability, { from, to }: Pair, asked: ConnectionSet | undefined): string {
  return JSON.stringify(answer('', reach, { from, to }, { source: '', destination: '' }, asked))
}

function answer(
  cluster: string,
  reach: Reachability,
  { from, to }: Pair,
  names: Names,
  asked: ConnectionSet | undefined,
): Answer {
  const found = explain(reach, from, to, asked)
  return {
    clusters: [cluster],
    ...names,
    asked: asked === undefined ? '' : found.asked.show(),
    verdict: found.verdict,
    allowed: { must: found.allowed.must.show(), may: found.allowed.may.show() },
    egress: describeDirection(found.egress, found.asked),
    ingress: describeDirection(found.ingress, found.asked),
  }
}

const nameOf = (classes: readonly PeerClass[], reach: Reachability): string =>
  namePeers(reach.matcher.set(classes.map(({ index }) => index)), reach)

/** The same answer in several clusters is one answer. */
export function foldAnswers(answers: readonly Answer[]): Answer[] {
  const groups = Map.groupBy(answers, ({ clusters: _, ...rest }) => JSON.stringify(rest))
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    return first === undefined ? [] : [{ ...first, clusters: group.flatMap(({ clusters }) => clusters) }]
  })
}

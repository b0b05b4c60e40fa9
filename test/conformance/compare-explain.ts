import type { Direction } from '../../src/policies/entry.ts'
import type { EntryUse } from '../../src/reach/evaluate.ts'
import type { Reachability } from '../../src/reach/reachability.ts'
import type { PeerClass } from '../../src/reach/universe.ts'
import { ConnectionSet } from '../../src/sets/connection-set.ts'
import { type CaseResult, resultOf } from './case-result.ts'
import { connectionsOf } from './connection-text.ts'
import type { ExpectationOf, ExpectedPair, ExpectedSideVerdict } from './expectation.ts'
import { backendRows } from './ingress-rows.ts'
import type { Evaluated } from './load-side.ts'
import { classesNamed, findWorkload, INGRESS_CONTROLLER } from './peer-names.ts'
import type { Assumptions } from './profiles.ts'

/** Which policies and rules decide each pair, in each direction; and that no policy touches the remaining pairs. */
export function compareExplain(
  expected: ExpectationOf<'explain'>,
  found: Evaluated,
  assumptions: Assumptions,
): CaseResult {
  return resultOf([
    ...expected.pairs.flatMap((pair) => pairDifferences(pair, found, assumptions)),
    ...expected.systemDefaultPairs.flatMap(({ src, dst }) => untouchedDifferences(src, dst, found)),
  ])
}

type Classes = readonly [source: PeerClass, destination: PeerClass]

function classPairs(src: string, dst: string, { reach }: Evaluated): Classes[] {
  const sources = src === INGRESS_CONTROLLER ? [reach.universe.anyPod] : classesNamed(reach, src)
  return sources.flatMap((source) => classesNamed(reach, dst).map((destination): Classes => [source, destination]))
}

function pairDifferences({ src, dst, verdicts }: ExpectedPair, found: Evaluated, assumptions: Assumptions): string[] {
  const pairs = classPairs(src, dst, found)
  if (pairs.length === 0) return [`${src} → ${dst}: no such peer`]
  return verdicts.flatMap(({ result, conns, ingress, egress }) => {
    const connections = connectionsOf(conns, assumptions)
    return pairs
      .flatMap(([source, destination]) => [
        ...resultDifferences(result, connections, allowed(src, dst, source, destination, found)),
        ...sideDifferences('egress', egress, connections, source, destination, found.reach),
        ...sideDifferences('ingress', ingress, connections, destination, source, found.reach),
      ])
      .map((text) => `${src} → ${dst}: ${text}`)
  })
}

/** What passes; of the ingress controller only what an Ingress or Route leads to. */
function allowed(
  src: string,
  dst: string,
  source: PeerClass,
  destination: PeerClass,
  { reach, side }: Evaluated,
): ConnectionSet {
  const { must } = reach.connections(source, destination)
  if (src !== INGRESS_CONTROLLER) return must
  const workload = findWorkload(side.cluster, dst)
  return must.intersect(backendRows(side).find((row) => row.workload === workload)?.connections ?? ConnectionSet.none)
}

function resultDifferences(result: string, connections: ConnectionSet, passes: ConnectionSet): string[] {
  const wrong = result === 'allow' ? connections.subtract(passes) : connections.intersect(passes)
  return wrong.isEmpty ? [] : [`expected ${result} of ${connections.show()}, but ${wrong.show()} is not`]
}

function sideDifferences(
  direction: Direction,
  expected: ExpectedSideVerdict | undefined,
  connections: ConnectionSet,
  subject: PeerClass,
  peer: PeerClass,
  reach: Reachability,
): string[] {
  if (expected === undefined) return []
  const uses = reach.uses(subject, direction)
  const wanted = policiesOf(expected)
  const got = deciding(uses, expected.result, connections, peer)
  const [wantedText, gotText] = [wanted, got].map((list) => list.join(', ') || 'no policy')
  return wantedText === gotText ? [] : [`${direction} ${expected.result}: expected ${wantedText}, got ${gotText}`]
}

/** `shop/web-policy #1`, or without a rule where none selects the peer. Entry points are not policies. */
function policiesOf({ reasons }: ExpectedSideVerdict): string[] {
  return sorted(
    (reasons ?? []).flatMap(({ policy, rule }) =>
      policy?.kind === 'NetworkPolicy' ? [`${policy.name}${rule === undefined ? '' : ` ${rule}`}`] : [],
    ),
  )
}

/** Rules that allow some of the connections; or, of a denial, every isolating policy with its first rule for the peer. */
function deciding(uses: readonly EntryUse[], result: string, connections: ConnectionSet, peer: PeerClass): string[] {
  const rules = uses.filter(({ entry, must }) => !entry.isolates && must.some(({ peers }) => peers.has(peer.index)))
  const showRule = ({ entry }: EntryUse): string => `${showPolicy(entry.origin.policy)} #${entry.origin.index + 1}`
  if (result === 'allow') {
    const allowing = rules.filter(({ must }) =>
      must.some((block) => block.peers.has(peer.index) && !block.connections.intersect(connections).isEmpty),
    )
    return sorted(allowing.map(showRule))
  }
  const isolating = uses.filter(({ entry }) => entry.isolates).map(({ entry }) => showPolicy(entry.origin.policy))
  const ruleOf = new Map(rules.toReversed().map((use) => [showPolicy(use.entry.origin.policy), showRule(use)]))
  return sorted(isolating.map((name) => ruleOf.get(name) ?? name))
}

const showPolicy = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string =>
  `${namespace}/${name}`
const sorted = (texts: readonly string[]): string[] => [...new Set(texts)].sort()

function untouchedDifferences(src: string, dst: string, found: Evaluated): string[] {
  return classPairs(src, dst, found).flatMap(([source, destination]) => {
    const touched = found.reach.uses(source, 'egress').length + found.reach.uses(destination, 'ingress').length
    return touched === 0 ? [] : [`${src} → ${dst}: expected no policy, got ${touched} entries`]
  })
}

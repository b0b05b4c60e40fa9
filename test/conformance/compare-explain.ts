import { tiers } from '../../src/policies/tiers.ts'
import type { EntryUse } from '../../src/reach/evaluate.ts'
import { type ExplainedDirection, explain } from '../../src/reach/explain.ts'
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
      .flatMap(([source, destination]) => {
        const explained = explain(found.reach, source, destination)
        return [
          ...resultDifferences(result, connections, allowed(src, dst, source, destination, found)),
          ...sideDifferences(egress, connections, explained.egress, destination),
          ...sideDifferences(ingress, connections, explained.ingress, source),
        ]
      })
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
  expected: ExpectedSideVerdict | undefined,
  connections: ConnectionSet,
  explained: ExplainedDirection,
  peer: PeerClass,
): string[] {
  if (expected === undefined) return []
  const wanted = policiesOf(expected)
  const got = deciding(explained, expected.result, connections, peer)
  const [wantedText, gotText] = [wanted, got].map((list) => list.join(', ') || 'no policy')
  return wantedText === gotText
    ? []
    : [`${explained.direction} ${expected.result}: expected ${wantedText}, got ${gotText}`]
}

/** `shop/web-policy #1`, or without a rule where none selects the peer; `/admin deny rule-name`. Entry points are not policies. */
function policiesOf({ reasons }: ExpectedSideVerdict): string[] {
  return sorted(
    (reasons ?? []).flatMap(({ policy, effect, rule }) => {
      if (policy === undefined || !policy.kind.endsWith('NetworkPolicy')) return []
      if (policy.kind === 'NetworkPolicy') return [`${policy.name}${rule === undefined ? '' : ` ${rule}`}`]
      return [`/${policy.name} ${effect} ${rule ?? ''}`]
    }),
  )
}

/**
 * Rules that decide some of the connections; where a denial is left to isolation, every isolating policy with its first
 * rule for the peer.
 */
function deciding(
  { entries }: ExplainedDirection,
  result: string,
  connections: ConnectionSet,
  peer: PeerClass,
): string[] {
  const decided = entries.filter((found) => !found.decided.must.intersect(connections).isEmpty)
  const admin = decided.filter(({ use }) => use.entry.tier !== tiers.networkPolicy)
  const final = admin.filter(({ use }) => use.entry.verdict !== 'pass').map((found) => found.decided.must)
  const left = connections.subtract(ConnectionSet.union(final))
  const plain = entries.filter(({ use }) => use.entry.tier === tiers.networkPolicy).map(({ use }) => use)
  const byPlain =
    result === 'allow'
      ? decided.filter(({ use }) => plain.includes(use)).map(({ use }) => showRule(use))
      : isolating(left.isEmpty ? [] : plain, peer)
  return sorted([...admin.map(({ use }) => showAdminRule(use)), ...byPlain])
}

function isolating(uses: readonly EntryUse[], peer: PeerClass): string[] {
  const rules = uses.filter(({ entry, must }) => !entry.isolates && must.some(({ peers }) => peers.has(peer.index)))
  const ruleOf = new Map(rules.toReversed().map((use) => [showPolicy(use.entry.origin.policy), showRule(use)]))
  const names = uses.filter(({ entry }) => entry.isolates).map(({ entry }) => showPolicy(entry.origin.policy))
  return names.map((name) => ruleOf.get(name) ?? name)
}

const showRule = ({ entry }: EntryUse): string => `${showPolicy(entry.origin.policy)} #${entry.origin.index + 1}`
const showAdminRule = ({ entry: { origin, verdict } }: EntryUse): string =>
  `${showPolicy(origin.policy)} ${verdict} ${/"(.*)"$/.exec(origin.rule)?.[1] ?? ''}`

const showPolicy = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string =>
  `${namespace}/${name}`
const sorted = (texts: readonly string[]): string[] => [...new Set(texts)].sort()

function untouchedDifferences(src: string, dst: string, found: Evaluated): string[] {
  return classPairs(src, dst, found).flatMap(([source, destination]) => {
    const { egress, ingress } = explain(found.reach, source, destination)
    const deciding = [egress, ingress]
      .flatMap(({ entries }) => entries)
      .filter(({ use, decided }) => use.entry.isolates || !decided.must.isEmpty)
    return deciding.map(({ use }) => `${src} → ${dst}: expected no policy, got ${showRule(use)}`)
  })
}

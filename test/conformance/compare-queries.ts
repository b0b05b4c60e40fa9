import type { Direction, PolicyEntry } from '../../src/policies/entry.ts'
import { classOfWorkload } from '../../src/reach/peers.ts'
import type { SourceFile } from '../../src/source/source-file.ts'
import { type CaseResult, resultOf } from './case-result.ts'
import type { ExpectationOf, ExpectedSetQuery } from './expectation.ts'
import { ownerName, workloadName } from './peer-names.ts'
import {
  comparedPairs,
  hasPodsWithin,
  hasSamePods,
  onlyPolicy,
  type PairAnswer,
  type PolicySet,
  pairSets,
  policyOf,
  policySets,
  selectedPods,
  withoutEntries,
  withoutIngresses,
} from './policy-set.ts'
import type { Assumptions } from './profiles.ts'

/** Counts that answer questions about sets of policies (the meaning of each: README of the corpus, `query`). */
export function compareQueries(
  expected: ExpectationOf<'query'>,
  files: readonly SourceFile[],
  assumptions: Assumptions,
): CaseResult {
  const setOf = policySets(expected, files, assumptions)
  return resultOf(
    expected.queries.flatMap(({ name, query, configs, expected: wanted }) => {
      const got = countOf(query, configs.map(setOf))
      return got === wanted ? [] : [`${name}: expected ${query} ${wanted}, got ${got}`]
    }),
  )
}

type QueryName = ExpectedSetQuery['query']

/** About one set: counts add up. */
const singleQueries: Partial<Record<QueryName, (set: PolicySet) => number>> = {
  emptiness: (set) => emptyPolicies(set) + emptyRules(set),
  redundancy: (set) => redundantPolicies(set).size + redundantRules(set, redundantPolicies(set)),
  vacuity: (set) =>
    Number(
      isEquivalent(
        set,
        withoutEntries(set, () => true),
      ),
    ),
  disjointness: overlappingPolicies,
  allCaptured: (set) => uncaptured(set, 'ingress') + uncaptured(set, 'egress'),
}

/** About each later set and the first. */
const baseQueries: Partial<Record<QueryName, (first: PolicySet, other: PolicySet) => boolean>> = {
  containment: (first, other) => isContained(other, first),
  permits: (first, other) => somePair(other, first, (a, b) => a.captured && !a.connections.isSubsetOf(b.connections)),
  forbids: (first, other) =>
    somePair(other, first, (a, b) => a.captured && !a.connections.intersect(b.connections).isEmpty),
  interferes: widens,
}

/** About every pair of sets, the earlier one first. */
const pairQueries: Partial<Record<QueryName, (a: PolicySet, b: PolicySet) => number>> = {
  equivalence: (a, b) => Number(hasSamePods(a, b) && !isEquivalent(a, b)),
  strongEquivalence: (a, b) => Number(hasSamePods(a, b) && !isStronglyEquivalent(a, b)),
  twoWayContainment: (a, b) => (isSameList(a, b) ? 0 : 2 * Number(isContained(a, b)) + Number(isContained(b, a))),
  pairwiseInterferes: (a, b) => Number(widens(a, b)) + Number(widens(b, a)),
}

function countOf(query: QueryName, sets: readonly PolicySet[]): number {
  const [first, ...others] = sets as [PolicySet, ...PolicySet[]]
  const single = singleQueries[query]
  if (single !== undefined) return sum(sets.map((set) => single(withoutIngresses(set))))
  const based = baseQueries[query]
  if (based !== undefined) return others.filter((other) => based(first, other)).length
  const paired = pairQueries[query] as (a: PolicySet, b: PolicySet) => number
  return sum(sets.flatMap((a, index) => sets.slice(index + 1).map((b) => paired(a, b))))
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0)

/** Whether something holds of what two sets say of an ordered pair of peers. */
function somePair(a: PolicySet, b: PolicySet, test: (a: PairAnswer, b: PairAnswer) => boolean): boolean {
  for (const [first, second] of comparedPairs(pairSets(a, b))) if (test(first, second)) return true
  return false
}

const isEquivalent = (a: PolicySet, b: PolicySet): boolean =>
  !somePair(a, b, (x, y) => !x.connections.equals(y.connections))

const isContained = (a: PolicySet, b: PolicySet): boolean =>
  hasPodsWithin(a, b) && !somePair(a, b, (x, y) => !x.connections.isSubsetOf(y.connections))

/** Whether a second set allows more where both speak explicitly. */
function widens(first: PolicySet, other: PolicySet): boolean {
  return (
    hasSamePods(first, other) &&
    somePair(first, other, (a, b) => a.captured && b.captured && !b.connections.isSubsetOf(a.connections))
  )
}

const isSameList = (a: PolicySet, b: PolicySet): boolean =>
  hasSamePods(a, b) && hasPolicies(a, b) && [...a.policies].every(([name, text]) => b.policies.get(name) === text)

const hasPolicies = (a: PolicySet, b: PolicySet): boolean =>
  a.policies.size === b.policies.size && [...a.policies.keys()].every((name) => b.policies.has(name))

const isStronglyEquivalent = (a: PolicySet, b: PolicySet): boolean =>
  hasPolicies(a, b) && [...a.policies.keys()].every((name) => isEquivalent(onlyPolicy(a, name), onlyPolicy(b, name)))

/** Policies without which everything stays as it is. */
function redundantPolicies(set: PolicySet): Set<string> {
  const names = [...set.policies.keys()]
  return new Set(
    names.filter((name) =>
      isEquivalent(
        set,
        withoutEntries(set, (entry) => policyOf(entry) === name),
      ),
    ),
  )
}

/** Rules without which everything stays as it is, those of redundant policies left out. */
function redundantRules(set: PolicySet, policies: ReadonlySet<string>): number {
  const rules = set.entries.filter((entry) => !entry.isolates && !policies.has(policyOf(entry)))
  return rules.filter((rule) =>
    isEquivalent(
      set,
      withoutEntries(set, (entry) => entry === rule),
    ),
  ).length
}

const emptyPolicies = (set: PolicySet): number =>
  [...selectedPods(set).values()].filter(({ size }) => size === 0).length

function emptyRules(set: PolicySet): number {
  const { first, peers } = pairSets(set, set)
  const concrete = first.matcher.set(peers.map(({ found }) => found.index))
  const selectsNobody = (entry: PolicyEntry): boolean =>
    !entry.isolates && !first.matcher.peers(entry.peers).may.overlaps(concrete)
  return set.entries.filter(selectsNobody).length
}

function overlappingPolicies(set: PolicySet): number {
  const selected = [...selectedPods(set).values()]
  return sum(
    selected.map((pods, index) => selected.slice(index + 1).filter((others) => !pods.isDisjointFrom(others)).length),
  )
}

/** Workloads that no policy selects for a direction; pods of one owner are one. */
function uncaptured(set: PolicySet, direction: Direction): number {
  const { first } = pairSets(set, set)
  const open = set.side.cluster.workloads.filter(
    (workload) => first.isolated(classOfWorkload(first, workload), direction) === 'no',
  )
  return new Set(open.map((workload) => ownerName(workload) ?? workloadName(workload))).size
}

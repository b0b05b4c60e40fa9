import type { SideView } from '../../src/delta/side-view.ts'
import clusterPolicyPriorityClash from '../../src/rules/cluster-policy-priority-clash.ts'
import namedPortUnresolved from '../../src/rules/named-port-unresolved.ts'
import type { Rule } from '../../src/rules/rule.ts'
import { evaluate, type LoadedSide } from './load-side.ts'
import { ownerName } from './peer-names.ts'

/** What is wrong with the answer for a side; nothing when it is what it has to be. */
export type Answer = (side: LoadedSide) => readonly string[]

const unless = (holds: boolean, difference: string): readonly string[] => (holds ? [] : [difference])

/** Without workloads the answer speaks of nobody in the tree, and still of pods that may come. */
const nobody: Answer = (side) => [
  ...unless(side.cluster.workloads.length === 0, 'expected no workload'),
  ...unless(evaluate(side).universe.elsewhere.length > 0, 'expected pods that are not in the tree'),
]

/** Without policies every workload reaches every other. */
const everythingOpen: Answer = (side) => {
  if (side.policies.entries.length > 0) return ['expected no policy']
  const { reach, universe } = evaluate(side)
  const pods = universe.classes.filter(({ kind }) => kind !== 'addresses')
  const open = pods.every((from) => pods.every((to) => reach.connections(from, to).must.isAll))
  return unless(open, 'expected every connection')
}

/** Documents that are no objects are counted as such, and nobody complains about their files. */
const othersCounted: Answer = ({ files, resources, others, diagnostics }) => {
  const read = new Set(resources.map(({ provenance }) => provenance.file))
  const unread = files.filter((file) => !read.has(file))
  return [
    ...unless(others > 0, 'expected a document without an object'),
    ...diagnostics
      .filter(({ span }) => unread.includes(span.file))
      .map(({ code }) => `expected no problem, got ${code}`),
  ]
}

/** Pods of one owner whose labels differ are workloads of their own, so that selectors may tell them apart. */
const unlikePodsApart: Answer = ({ cluster }) => {
  const ofOwners = Map.groupBy(cluster.workloads, (workload) => ownerName(workload) ?? '')
  ofOwners.delete('')
  return unless(
    [...ofOwners.values()].some((pods) => pods.length > 1),
    'expected pods of one owner apart',
  )
}

/** Kubernetes takes a port name beside an ipBlock, where it admits nothing: a finding, not an error. */
const namesOnAddressesFound: Answer = (side) => found(namedPortUnresolved, side)

/** Policies of one priority are a finding where they contradict each other; elsewhere the answer is certain. */
const clashesFound: Answer = (side) => (isCertain(side) ? [] : found(clusterPolicyPriorityClash, side))

function found(rule: Rule, side: LoadedSide): readonly string[] {
  if (rule.scope !== 'side') throw new RangeError(`${rule.id} does not look at one side`)
  const { reach } = evaluate(side)
  const { cluster, policies, entryPoints } = side
  const view: SideView = { side: 'head', cluster, policies, reach, entryPoints: entryPoints.entryPoints }
  const hits = [
    ...rule.check({ view, other: undefined, options: rule.options.parse({}) as never, isAsked: () => true }),
  ]
  return unless(hits.length > 0, `expected a finding of ${rule.id}`)
}

function isCertain(side: LoadedSide): boolean {
  const { reach, universe } = evaluate(side)
  return universe.classes.every((peer) =>
    (['ingress', 'egress'] as const).every((direction) => {
      const { must, may } = reach.row(peer, direction)
      return must.key === may.key
    }),
  )
}

/** A port name that no pod of the other end declares admits nothing there. */
const namesMeanNothingOnPods: Answer = (side) => {
  const { reach, universe } = evaluate(side)
  const workloads = universe.classes.filter(({ kind }) => kind === 'workloads')
  const named = side.input.entries.filter(({ connections }) => connections.hasNames)
  const inert = named.filter((entry) =>
    workloads.every((found) => reach.matcher.resolveOn(entry.connections, found).isEmpty),
  )
  return unless(inert.length > 0, 'expected a port name that no pod declares')
}

export const answers = {
  everythingOpen,
  clashesFound,
  namesOnAddressesFound,
  namesMeanNothingOnPods,
  nobody,
  othersCounted,
  unlikePodsApart,
}

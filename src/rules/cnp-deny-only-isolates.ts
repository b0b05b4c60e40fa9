import { list, namePeers } from '../delta/name-peers.ts'
import type { SideView } from '../delta/side-view.ts'
import { entryOf } from '../manifests/node.ts'
import { showId } from '../model/cluster.ts'
import type { CiliumPolicySpec, CiliumRule } from '../policies/cilium/spec.ts'
import { type Direction, directions } from '../policies/entry.ts'
import { workloadsIn } from '../reach/peers.ts'
import type { Row } from '../reach/row.ts'
import type { PeerClass } from '../reach/universe.ts'
import { fieldIn } from './cilium-words.ts'
import { showDns } from './dns-pods.ts'
import { fixIn, insertEntry } from './edit.ts'
import type { RuleHit } from './finding.ts'
import { defineRule, noOptions } from './rule.ts'
import { classesOf } from './selected-workloads.ts'

/** Ways that remain are listed up to this many. */
const LISTED = 3

export default defineRule({
  id: 'cnp-deny-only-isolates',
  title: 'A policy that only denies shuts out everybody else too',
  severity: 'error',
  fix: 'suggestion',
  tags: ['cis-5.3.2', 'correctness', 'cilium'],
  scope: 'side',
  options: noOptions,
  *check({ view }) {
    for (const spec of view.policies.ciliumPolicies) {
      if (spec.refused) continue
      for (const rule of spec.rules)
        for (const direction of directions) if (isDenyOnly(rule, direction)) yield* hitsOf(view, spec, rule, direction)
    }
  },
})

/** Whether a rule isolates its pods for a direction by entries that deny and no other. */
function isDenyOnly({ enforced, isolations, entries }: CiliumRule, direction: Direction): boolean {
  const own = entries.filter((entry) => entry.direction === direction)
  const isolates = isolations.some((isolation) => isolation.direction === direction && isolation.exists === 'yes')
  return enforced && isolates && own.length > 0 && own.every(({ verdict }) => verdict === 'deny')
}

/** Pods of a rule that nothing else isolates, by what is left open to them. */
function* hitsOf(view: SideView, spec: CiliumPolicySpec, rule: CiliumRule, direction: Direction): Generator<RuleHit> {
  const { reach } = view
  const subjects = classesOf(view, reach.matcher.select(rule.subject).must).filter(
    (found) => reach.isPolicedPod(found) && isolatedByThisAlone(view, spec, found, direction),
  )
  if (subjects.length === 0) return
  const rows = Map.groupBy(subjects, (found) => reach.row(found, direction).may.key)
  const closed = subjects.filter(
    (found) => remaining(reach.row(found, direction).may, view, found, direction).length === 0,
  )
  if (closed.length > 0) yield closedHit(view, spec, rule, direction, closed)
  else
    yield openHit(
      view,
      spec,
      rule,
      direction,
      [...rows.values()].map(([first]) => first as PeerClass),
    )
}

/** Whether no other policy isolates a pod: then it is this one that shuts out what no policy allows. */
function isolatedByThisAlone(view: SideView, spec: CiliumPolicySpec, found: PeerClass, direction: Direction): boolean {
  return view.reach
    .uses(found, direction)
    .filter(({ entry }) => entry.isolates)
    .every(({ entry }) => entry.origin.policy === spec.id)
}

/** What a row leaves open, the own machine aside. */
function remaining({ blocks }: Row, { reach }: SideView, found: PeerClass, direction: Direction): Row['blocks'] {
  const spared = reach.ownMachine(found, direction, 'may')
  return blocks.filter(({ peers }) => !peers.isSubsetOf(spared))
}

interface Words {
  readonly pods: string
  readonly list: string
}

function wordsOf(view: SideView, spec: CiliumPolicySpec, direction: Direction, found: readonly PeerClass[]): Words {
  const { reach } = view
  const entries = reach.input.entries.filter(({ origin }) => origin.policy === spec.id)
  return {
    pods: namePeers(reach.matcher.set(found.map(({ index }) => index)), reach, entries),
    list: `${direction}Deny`,
  }
}

function closedHit(
  view: SideView,
  spec: CiliumPolicySpec,
  rule: CiliumRule,
  direction: Direction,
  closed: readonly PeerClass[],
): RuleHit {
  const { pods, list: name } = wordsOf(view, spec, direction, closed)
  const { dns } = view.cluster.profile
  const first = direction === 'egress' && dns !== undefined ? `, DNS (${showDns(dns)}) first` : ''
  const sure = closed.some((found) => workloadsIn(view.reach, found).length > 0)
  return {
    ...common(view, spec, rule, direction),
    confidence: view.cluster.open ? 'possible' : sure ? 'certain' : 'likely',
    ...(view.cluster.open ? { severity: 'warning' as const } : {}),
    message: `${showId(spec.id)} holds \`${name}\` and nothing that allows, which isolates its pods as well: all ${direction} of ${pods} is denied now${first}, since no other policy allows them anything.`,
  }
}

function openHit(
  view: SideView,
  spec: CiliumPolicySpec,
  rule: CiliumRule,
  direction: Direction,
  samples: readonly PeerClass[],
): RuleHit {
  const { pods, list: name } = wordsOf(view, spec, direction, samples)
  return {
    ...common(view, spec, rule, direction),
    confidence: 'certain',
    severity: 'warning',
    message: `${showId(spec.id)} holds \`${name}\` and nothing that allows, which isolates its pods as well: of ${direction} of ${pods} only what other policies allow remains, ${whatRemains(view, direction, samples)}.`,
  }
}

function whatRemains(view: SideView, direction: Direction, samples: readonly PeerClass[]): string {
  const { reach } = view
  const word = direction === 'egress' ? 'to' : 'from'
  const parts = samples.flatMap((found) =>
    remaining(reach.row(found, direction).may, view, found, direction).map(
      ({ peers, connections }) =>
        `${word} ${namePeers(
          peers,
          reach,
          reach.uses(found, direction).map(({ entry }) => entry),
        )} on ${connections.show()}`,
    ),
  )
  return list([...new Set(parts)], LISTED)
}

function common(
  view: SideView,
  spec: CiliumPolicySpec,
  rule: CiliumRule,
  direction: Direction,
): Pick<RuleHit, 'object' | 'discriminator' | 'at' | 'remedy' | 'fix'> {
  const name = `${direction}Deny`
  const written = entryOf(rule.node, name)
  const edits =
    written === undefined || rule.node.kind !== 'mapping' || entryOf(rule.node, 'enableDefaultDeny') !== undefined
      ? []
      : [
          insertEntry(spec.resource.provenance.file, rule.node, { entry: written, side: 'before' }, [
            'enableDefaultDeny',
            { [direction]: false },
          ]),
        ]
  return {
    object: spec.id,
    discriminator: `${rule.name}${direction}`,
    at: { side: view.side, span: fieldIn(spec, rule.node, name) },
    remedy: `To deny this and nothing else write \`enableDefaultDeny: {${direction}: false}\`; else allow what is needed in another policy.`,
    ...fixIn(spec.resource, 'Deny this and nothing else', edits),
  }
}

import { z } from 'zod'
import { addressesAmong, bucketOf, internetSide } from '../delta/egress-reach.ts'
import { ownNamespaces } from '../delta/own-namespaces.ts'
import { policedMembers } from '../delta/port-scope.ts'
import type { SideView } from '../delta/side-view.ts'
import { idKey, showId } from '../model/cluster.ts'
import { isEverything } from '../model/label-expression.ts'
import type { Direction } from '../policies/entry.ts'
import type { EntryUse } from '../reach/evaluate.ts'
import { unlabelledPod } from '../reach/peers.ts'
import { type Block, makeRow } from '../reach/row.ts'
import type { CellClass } from '../reach/universe.ts'
import { ConnectionSet } from '../sets/connection-set.ts'
import { compareSpans } from '../source/span.ts'
import { systemNamespaces } from './default-deny-missing.ts'
import type { RuleHit } from './finding.ts'
import { defineRule } from './rule.ts'

export default defineRule({
  id: 'default-deny-neutralised',
  title: 'A default deny is undone by a rule that allows everything',
  severity: 'error',
  fix: 'none',
  tags: ['cis-5.3.2', 'mitre-m1030', 'isolation'],
  scope: 'side',
  options: z.strictObject({
    'except-namespaces': z.array(z.string()).default(systemNamespaces).describe('Namespaces where this is meant.'),
  }),
  *check({ view, options }) {
    for (const { name } of ownNamespaces(view)) {
      const pod = options['except-namespaces'].includes(name) ? undefined : unlabelledPod(view.reach, name)
      if (pod === undefined) continue
      for (const direction of ['ingress', 'egress'] as const) yield* neutralised(view, name, pod, direction)
    }
  },
})

function* neutralised(view: SideView, namespace: string, pod: CellClass, direction: Direction): Generator<RuleHit> {
  const uses = view.reach.uses(pod, direction).filter(({ applies }) => applies === 'yes')
  const denying = uses.filter(({ entry }) => entry.isolates && isEverything(entry.subject.labels))
  if (denying.length === 0 || !allowsAnybody(view, view.reach.row(pod, direction).must.blocks)) return
  const rules = uses.filter(({ entry }) => entry.verdict === 'allow' && !entry.isolates)
  const undoing = rules.filter(({ must }) => allowsAnybody(view, makeRow(must).blocks))
  const byPlace = [...(undoing.length > 0 ? undoing : rules)].sort((a, b) =>
    compareSpans(a.entry.origin.span, b.entry.origin.span),
  )
  const [first, ...others] = byPlace
  if (first !== undefined)
    yield hit(view, { namespace, direction, denying, others: undoing.length > 0 ? [] : others }, first)
}

/** Every pod, and every address of a family, on every port that a policy can close. */
function allowsAnybody(view: SideView, blocks: readonly Block[]): boolean {
  const { matcher } = view.reach
  const open = blocks.filter(({ connections }) => transports.isSubsetOf(connections)).map(({ peers }) => peers)
  const peers = open.reduce((all, set) => all.union(set), matcher.set([]))
  return (
    policedMembers(view.reach).isSubsetOf(peers) &&
    bucketOf(addressesAmong(view.reach, peers), internetSide(view.reach).addresses) === 'any'
  )
}

const transports = ConnectionSet.of('TCP').union(ConnectionSet.of('UDP'))

interface Deny {
  readonly namespace: string
  readonly direction: Direction
  readonly denying: readonly EntryUse[]
  /** Rules that undo it together with the first one. */
  readonly others: readonly EntryUse[]
}

function hit(view: SideView, { namespace, direction, denying, others }: Deny, { entry }: EntryUse): RuleHit {
  const { policy, rule, span } = entry.origin
  const other = denying.find((use) => idKey(use.entry.origin.policy) !== idKey(policy))
  const deny = other?.entry.origin ?? denying[0]?.entry.origin
  const open = direction === 'ingress' ? 'accepts connections from' : 'may talk to'
  const who = `every pod of ${namespace}`
  const undone =
    other === undefined
      ? `${showId(policy)} isolates ${who} for ${direction}`
      : `${showId(other.entry.origin.policy)} denies ${direction} for ${who}`
  return {
    object: policy,
    discriminator: `${direction} ${namespace}`,
    at: { side: view.side, span },
    related: [
      ...(deny === undefined
        ? []
        : [{ at: { side: view.side, span: deny.span }, message: `The default deny for ${direction}` }]),
      ...others.slice(0, 4).map((use) => ({
        at: { side: view.side, span: use.entry.origin.span },
        message: 'Undoes it together with the first rule',
      })),
    ],
    message: `${undone}, and ${other === undefined ? 'its own' : `${showId(policy)},`} ${rule}${other === undefined ? '' : ','} allows all of it again: ${who} ${open} anybody on every port, as if there were no policy.`,
    remedy: `Select the pods that need this by label, and name the peers${direction === 'ingress' ? '' : ' and addresses'} and ports they need.`,
    confidence: 'certain',
    witness:
      direction === 'ingress'
        ? `any pod in any namespace → any pod in ${namespace}`
        : `any pod in ${namespace} → any address`,
  }
}

import { bucketRank, type InternetBucket, internetBucket, internetReach, internetSide } from '../delta/egress-reach.ts'
import { causeKey } from '../delta/find-causes.ts'
import { classesOf, type Gain, gainsOf } from '../delta/gains.ts'
import { list, sayWay } from '../delta/name-peers.ts'
import type { SideView } from '../delta/side-view.ts'
import { nameClass, traceConnection } from '../delta/trace-connection.ts'
import { workloadsIn } from '../reach/peers.ts'
import type { PeerClass } from '../reach/universe.ts'
import { ConnectionSet } from '../sets/connection-set.ts'
import { placeOfCause, relatedCauses } from './change-words.ts'
import type { RuleHit } from './finding.ts'
import { type PolicyLanguage, policyLanguage } from './policy-language.ts'
import { showWorkload, showWorkloads } from './policy-words.ts'
import { defineRule, noOptions } from './rule.ts'

export default defineRule({
  id: 'new-internet-egress',
  title: 'Workloads gain a way to the internet',
  severity: 'error',
  fix: 'none',
  tags: ['mitre-t1041', 'mitre-t1048', 'exposure'],
  scope: 'delta',
  options: noOptions,
  *check({ base, head, delta }) {
    const internet = internetSide(head.reach).members
    const gains = gainsOf(delta, base, head).filter(({ destinations }) => destinations.overlaps(internet))
    const ways = gains.flatMap((gain) => waysOf(gain, base, head))
    for (const group of Map.groupBy(ways, groupKey).values()) yield* hits(group, base, head)
  },
})

/** A class of workloads that reaches more of the internet than before, with one of the changes that did it. */
interface Way {
  readonly found: PeerClass
  readonly gain: Gain
  readonly before: InternetBucket
  readonly after: InternetBucket
}

function waysOf(gain: Gain, base: SideView, head: SideView): Way[] {
  return classesOf(head, gain.sources).flatMap((found) => {
    if (workloadsIn(head.reach, found).length === 0) return []
    const before = internetBucket(base.reach, found, 'may')
    const after = internetBucket(head.reach, found, 'must')
    return bucketRank[after] > bucketRank[before] ? [{ found, gain, before, after }] : []
  })
}

const groupKey = ({ gain, before, after }: Way): string => `${before} ${after} ${causeKey(gain.causes[0])}`

function* hits(group: readonly Way[], base: SideView, head: SideView): Generator<RuleHit> {
  const [first] = group
  if (first === undefined) return
  const { found, gain, before, after } = first
  const [cause] = gain.causes
  const workloads = [...new Set(group.map((way) => way.found))].flatMap((member) => workloadsIn(head.reach, member))
  const gained = ConnectionSet.union(group.map((way) => way.gain.gained))
  const destination = classesOf(head, gain.destinations.intersect(internetSide(head.reach).members))[0]
  const was = before === 'none' ? '' : ` (before: ${list(internetReach(base.reach, found, 'may').cidrs(), 3)})`
  yield {
    object: cause.object,
    discriminator: `${after} ${workloads.map(showWorkload).sort().join(' ')}`,
    ...placeOfCause(cause, head),
    related: relatedCauses(gain.causes),
    message: `${showWorkloads(workloads)} can now reach ${sayWay(nameInternet(after, found, head), gained)}${was}: ${cause.text}. Data can leave that way.`,
    remedy: `Name ${narrower[policyLanguage(head)]}, or send this traffic through an egress proxy.`,
    confidence: 'certain',
    ...(after === 'narrow' ? { severity: 'warning' as const } : {}),
    witness: `${nameClass(head, found)} → internet ${gained.show()}`,
    trace: destination === undefined ? [] : traceConnection(head, found, destination, gained),
  }
}

const narrower: Readonly<Record<PolicyLanguage, string>> = {
  kubernetes: 'the addresses that are needed under ipBlock',
  cilium: 'the hosts that are needed under toFQDNs, or the addresses under toCIDRSet',
  calico: 'the addresses that are needed under destination.nets',
}

/** Where names alone are reachable their addresses are nobody's to tell. */
function nameInternet(bucket: InternetBucket, found: PeerClass, head: SideView): string {
  if (bucket === 'any') return 'any address of the internet'
  const cidrs = internetReach(head.reach, found, 'must').cidrs()
  return cidrs.length === 0 ? 'hosts on the internet' : `${list(cidrs, 3)} on the internet`
}

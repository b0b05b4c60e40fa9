import { z } from 'zod'
import { causeKey } from '../delta/find-causes.ts'
import { classesOf, type Gain, gainsOf } from '../delta/gains.ts'
import { lostIsolation } from '../delta/lost-isolation.ts'
import { namePeers } from '../delta/name-peers.ts'
import { ownNamespaces } from '../delta/own-namespaces.ts'
import { entriesOf } from '../delta/policy-pairs.ts'
import { nonPodMembers, policedMembers } from '../delta/port-scope.ts'
import type { SideView } from '../delta/side-view.ts'
import { showWitness, traceConnection } from '../delta/trace-connection.ts'
import { isPodClass, type PeerClass } from '../reach/universe.ts'
import { ConnectionSet } from '../sets/connection-set.ts'
import type { MemberSet } from '../sets/member-set.ts'
import { portRanges } from '../sets/port-set.ts'
import { placeOfCause, relatedCauses, sentence, shareCause } from './change-words.ts'
import type { RuleHit } from './finding.ts'
import { defineRule } from './rule.ts'

export default defineRule({
  id: 'new-cross-namespace-access',
  title: 'Pods of another namespace gain access',
  severity: 'warning',
  fix: 'none',
  tags: ['mitre-t1046', 'mitre-m1030', 'exposure'],
  scope: 'delta',
  options: z.strictObject({
    'except-from': z.array(z.string()).default([]).describe('Namespaces that may gain access, such as monitoring.'),
  }),
  *check({ base, head, delta, options }) {
    const lost = lostIsolation(base, head).flatMap(({ cause, others }) => [cause, ...others])
    const gains = gainsOf(delta, base, head).filter(({ causes }) => !shareCause(causes, lost))
    const homes = homesOf(head)
    const ignored = membersOf(head, options['except-from']).union(nonPodMembers(head.reach))
    const crossings = gains.flatMap((gain) => crossingsOf(gain, head, { homes, ignored }))
    const groups = Map.groupBy(crossings, ({ causes }) => causeKey(causes[0]))
    for (const group of groups.values()) yield* hits(group, head)
  },
})

/** What pods gained towards pods of one namespace, all of them being of other namespaces. */
interface Crossing {
  readonly namespace: string
  readonly sources: MemberSet
  readonly destinations: MemberSet
  readonly gained: ConnectionSet
  readonly causes: Gain['causes']
  /** `every TCP port (before: TCP 5558)` */
  readonly ports: string
}

interface Surroundings {
  /** Peers of each namespace that the tree is responsible for. */
  readonly homes: ReadonlyMap<string, MemberSet>
  /** Sources that do not count: addresses, and namespaces of the options. */
  readonly ignored: MemberSet
}

const homesOf = (head: SideView): Map<string, MemberSet> =>
  new Map(ownNamespaces(head).map(({ name }) => [name, membersOf(head, [name])]))

function membersOf({ reach }: SideView, namespaces: readonly string[]): MemberSet {
  const classes = namespaces.flatMap((name) => reach.universe.byNamespace.get(name) ?? [])
  return reach.matcher.set(classes.map(({ index }) => index))
}

function crossingsOf(gain: Gain, head: SideView, { homes, ignored }: Surroundings): Crossing[] {
  const pods = gain.sources.subtract(ignored)
  if (pods.isEmpty) return []
  const namespaces = new Set(classesOf(head, gain.destinations).map(namespaceOf))
  return [...namespaces].flatMap((namespace) => {
    const home = namespace === undefined ? undefined : homes.get(namespace)
    if (namespace === undefined || home === undefined || isDns(head, namespace, gain.gained)) return []
    const sources = pods.subtract(home)
    if (sources.isEmpty) return []
    const destinations = gain.destinations.intersect(home)
    return [{ namespace, sources, destinations, gained: gain.gained, causes: gain.causes, ports: showPorts(gain) }]
  })
}

/** Name of the namespace of pods; undefined for addresses and for pods of namespaces without a trace. */
const namespaceOf = (found: PeerClass): string | undefined =>
  isPodClass(found) && typeof found.namespace === 'string' ? found.namespace : undefined

/** What they reach now, with what they did before where it only grew. */
function showPorts({ change: { base, head }, gained }: Gain): string {
  if (base.may.isEmpty || !base.may.isSubsetOf(head.must)) return gained.show()
  return `${head.must.show()} (before: ${base.may.show()})`
}

/** Everybody may ask for names. */
function isDns({ cluster }: SideView, namespace: string, gained: ConnectionSet): boolean {
  const { dns } = cluster.profile
  if (dns === undefined || dns.namespace !== namespace) return false
  const ports = portRanges(dns.ports.map((port) => [port, port]))
  return gained.isSubsetOf(ConnectionSet.of('UDP', ports).union(ConnectionSet.of('TCP', ports)))
}

function* hits(group: readonly Crossing[], head: SideView): Generator<RuleHit> {
  const [first] = group
  if (first === undefined) return
  const [cause] = first.causes
  const entries = first.causes.flatMap(({ object }) => entriesOf(head, { id: object }))
  const sources = outsideOf(group, head) ?? namePeers(unionOf(group, 'sources'), head.reach, entries)
  const destinations = namePeers(unionOf(group, 'destinations'), head.reach, entries)
  const ports = [...new Set(group.map((crossing) => crossing.ports))].slice(0, 3).join(', or ')
  const [source, destination] = proof(first, head)
  yield {
    object: cause.object,
    discriminator: `${sources} → ${destinations}`,
    ...placeOfCause(cause, head),
    related: relatedCauses(first.causes),
    message: sentence(`${sources} can now reach ${destinations} on ${ports} across namespaces: ${cause.text}.`),
    remedy:
      'If only some workloads need this, select their namespace by kubernetes.io/metadata.name, their pods by label, and name the port.',
    confidence: 'certain',
    witness: showWitness(head, source, destination, first.gained),
    trace: traceConnection(head, source, destination, first.gained),
  }
}

const unionOf = (group: readonly Crossing[], end: 'sources' | 'destinations'): MemberSet =>
  group.map((crossing) => crossing[end]).reduce((all, members) => all.union(members))

/** `any pod outside shop`, where that is who gained. */
function outsideOf(group: readonly Crossing[], head: SideView): string | undefined {
  const [namespace, ...others] = new Set(group.map((crossing) => crossing.namespace))
  if (namespace === undefined || others.length > 0) return undefined
  const outside = policedMembers(head.reach).subtract(membersOf(head, [namespace]))
  return outside.isSubsetOf(unionOf(group, 'sources')) ? `any pod outside ${namespace}` : undefined
}

/** A pair that shows it best: workloads where there are any, else anybody. */
function proof({ sources, destinations }: Crossing, head: SideView): [PeerClass, PeerClass] {
  const { anyPod } = head.reach.universe
  const pick = (members: MemberSet): PeerClass => {
    const classes = classesOf(head, members)
    return (
      classes.find(({ kind }) => kind === 'workloads') ??
      (members.has(anyPod.index) ? anyPod : (classes[0] as PeerClass))
    )
  }
  return [pick(sources), pick(destinations)]
}

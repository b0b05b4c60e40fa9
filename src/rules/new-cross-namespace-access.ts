import { z } from 'zod'
import type { Cause } from '../delta/cause.ts'
import { causeKey } from '../delta/find-causes.ts'
import { classesOf, type Gain, gainsOf } from '../delta/gains.ts'
import { lostIsolation } from '../delta/lost-isolation.ts'
import { namePeers } from '../delta/name-peers.ts'
import { policedMembers } from '../delta/port-scope.ts'
import { ownNamespaces } from '../delta/own-namespaces.ts'
import type { SideView } from '../delta/side-view.ts'
import { showWitness, traceConnection } from '../delta/trace-connection.ts'
import { idKey } from '../model/cluster.ts'
import { workloadsIn } from '../reach/peers.ts'
import type { PeerClass } from '../reach/universe.ts'
import { ConnectionSet } from '../sets/connection-set.ts'
import { portRanges } from '../sets/port-set.ts'
import { placeOfCause, relatedCauses, shareCause } from './change-words.ts'
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
    const gains = gainsOf(delta, base, head).filter(({ causes }) => causes.length > 0 && !shareCause(causes, lost))
    const crossings = gains.flatMap((gain) => crossingsOf(gain, head, options['except-from']))
    for (const group of Map.groupBy(crossings, ({ causes }) => causeKey(causes[0] as Cause)).values()) yield* hits(group, head)
  },
})

/** Sources and destinations of one namespace, all of them in other namespaces than the sources. */
interface Crossing {
  readonly sources: readonly PeerClass[]
  readonly destinations: readonly PeerClass[]
  readonly gained: ConnectionSet
  readonly causes: readonly Cause[]
  /** `every TCP port (before: TCP 5558)` */
  readonly ports: string
}

function crossingsOf({ sources, destinations, gained, causes, change }: Gain, head: SideView, except: readonly string[]): Crossing[] {
  const own = new Set(ownNamespaces(head).map(({ name }) => name))
  const pods = classesOf(head, sources).filter((found) => isPresent(found, head) && !except.includes(namespaceOf(found) ?? ''))
  const targets = classesOf(head, destinations).filter((found) => isPresent(found, head) && own.has(namespaceOf(found) ?? ''))
  return [...Map.groupBy(targets, (found) => namespaceOf(found) as string)].flatMap(([namespace, inside]) => {
    const outside = pods.filter((found) => namespaceOf(found) !== namespace)
    if (outside.length === 0 || isDns(head, namespace, gained)) return []
    return [{ sources: outside, destinations: inside, gained, causes, ports: showPorts(change, gained) }]
  })
}

function showPorts({ base, head }: Gain['change'], gained: ConnectionSet): string {
  return base.may.isEmpty || !base.may.isSubsetOf(head.must) ? gained.show() : `${head.must.show()} (before: ${base.may.show()})`
}

/** Name of the namespace of pods; undefined for pods of namespaces without a trace. */
const namespaceOf = (found: PeerClass): string | undefined =>
  found.kind !== 'addresses' && typeof found.namespace === 'string' ? found.namespace : undefined

const isPresent = (found: PeerClass, head: SideView): boolean =>
  found.kind === 'cell' || (found.kind === 'workloads' && workloadsIn(head.reach, found).length > 0)

/** Everybody may ask for names. */
function isDns({ cluster }: SideView, namespace: string, gained: ConnectionSet): boolean {
  const { dns } = cluster.profile
  if (dns === undefined || dns.namespace !== namespace) return false
  const ports = portRanges(dns.ports.map((port) => [port, port]))
  return gained.isSubsetOf(ConnectionSet.of('UDP', ports).union(ConnectionSet.of('TCP', ports)))
}

function* hits(group: readonly Crossing[], head: SideView): Generator<RuleHit> {
  const [first] = group
  const cause = first?.causes[0]
  if (first === undefined || cause === undefined) return
  const name = (classes: readonly PeerClass[]): string => namePeers(head.reach.matcher.set(classes.map(({ index }) => index)), head.reach, entriesOf(first.causes, head))
  const sources = outsideOf(group, head) ?? name(group.flatMap((crossing) => crossing.sources))
  const destinations = name(group.flatMap((crossing) => crossing.destinations))
  const [source, destination] = proof(first, head)
  const ports = [...new Set(group.map((crossing) => crossing.ports))]
  yield {
    object: cause.object,
    discriminator: `${sources} → ${destinations}`,
    ...placeOfCause(cause, head),
    related: relatedCauses(first.causes),
    message: `${sources} can now reach ${destinations} on ${ports.slice(0, 3).join(', or ')} across namespaces: ${cause.text}.`,
    remedy: 'If only some workloads need this, select their namespace by kubernetes.io/metadata.name, their pods by label, and name the port.',
    confidence: 'certain',
    witness: showWitness(head, source, destination, first.gained),
    trace: traceConnection(head, source, destination, first.gained),
  }
}

/** `any pod outside shop`, where that is who gained. */
function outsideOf(group: readonly Crossing[], head: SideView): string | undefined {
  const namespaces = new Set(group.flatMap(({ destinations }) => destinations.map(namespaceOf)))
  const members = head.reach.matcher.set(group.flatMap(({ sources }) => sources.map(({ index }) => index)))
  const [namespace] = namespaces
  if (namespaces.size !== 1 || namespace === undefined) return undefined
  const inside = head.reach.matcher.set((head.reach.universe.byNamespace.get(namespace) ?? []).map(({ index }) => index))
  return policedMembers(head.reach).subtract(inside).isSubsetOf(members) ? `any pod outside ${namespace}` : undefined
}

/** A pair that shows it best: workloads where there are any, else anybody. */
function proof({ sources, destinations }: Crossing, { reach }: SideView): [PeerClass, PeerClass] {
  const { anyPod } = reach.universe
  const pick = (classes: readonly PeerClass[]): PeerClass =>
    classes.find(({ kind }) => kind === 'workloads') ?? (classes.includes(anyPod) ? anyPod : (classes[0] as PeerClass))
  return [pick(sources), pick(destinations)]
}

function entriesOf(causes: readonly Cause[], head: SideView) {
  const policies = new Set(causes.map(({ object }) => idKey(object)))
  return head.reach.input.entries.filter(({ origin }) => policies.has(idKey(origin.policy)))
}

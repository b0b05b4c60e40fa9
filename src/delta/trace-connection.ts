import { qualifiedName, showId } from '../model/cluster.ts'
import type { Direction } from '../policies/entry.ts'
import type { EntryUse } from '../reach/evaluate.ts'
import { workloadsIn } from '../reach/peers.ts'
import { replay } from '../reach/replay.ts'
import { isPodClass, type PeerClass } from '../reach/universe.ts'
import { AddressSet } from '../sets/address-set.ts'
import { showV4, showV6 } from '../sets/cidr.ts'
import type { ConnectionSet } from '../sets/connection-set.ts'
import { pairsOf } from '../sets/intervals.ts'
import { startLine } from '../source/span.ts'
import { namePeers } from './name-peers.ts'
import type { SideView } from './side-view.ts'

const names = new WeakMap<SideView, Map<PeerClass, string>>()

/** One peer of a class by name: its first workload, else what the class is. */
export function nameClass(view: SideView, found: PeerClass): string {
  const byClass = names.get(view) ?? new Map<PeerClass, string>()
  names.set(view, byClass)
  const name = byClass.get(found) ?? findName(view, found)
  byClass.set(found, name)
  return name
}

function findName({ reach }: SideView, found: PeerClass): string {
  const [workload] = workloadsIn(reach, found)
  if (workload !== undefined) return qualifiedName(workload.id)
  if (found.kind === 'addresses') return exampleOf(found.addresses)
  if (found === reach.universe.anyPod) return 'any pod of another namespace'
  return namePeers(reach.matcher.set([found.index]), reach)
}

/** Addresses of the internet in use, rather than reserved ones. */
const inUse = AddressSet.of('1.0.0.0/8', '8.0.0.0/8', '2000::/3')

/** One address of a set, as a packet would carry it. */
function exampleOf(addresses: AddressSet): string {
  const { v4, v6 } = addresses.overlaps(inUse) ? addresses.intersect(inUse) : addresses
  const [first, last] = v4
  if (first !== undefined) return showV4(first === last ? first : first + 1)
  const [low, high] = v6
  return low === undefined ? 'nobody' : showV6(low === high ? low : low + 1n)
}

/** A packet that is possible: `shop/web → shop/payments TCP 5432`. */
export function showWitness(
  view: SideView,
  source: PeerClass,
  destination: PeerClass,
  connections: ConnectionSet,
): string {
  return `${nameClass(view, source)} → ${nameClass(view, destination)} ${onePort(view, destination, connections)}`
}

/** Ports a reader knows at once, for a packet that may have any. */
const familiar = [443, 80, 8080, 53, 22]

function onePort({ reach }: SideView, destination: PeerClass, connections: ConnectionSet): string {
  const { listed } = connections.protocols()
  const { protocol, ports } = listed.find((one) => one.protocol === 'TCP') ?? listed[0] ?? {}
  if (protocol === undefined || ports === undefined) return connections.show()
  const within = (port: number): boolean => pairsOf(ports.numbers).some(([low, high]) => low <= port && port <= high)
  const declared = workloadsIn(reach, destination).flatMap((workload) => workload.ports)
  const known = declared.filter((port) => port.protocol === protocol).map(({ port }) => port)
  return `${protocol} ${[...known, ...familiar].find(within) ?? ports.numbers[0] ?? ports.names[0] ?? ''}`.trim()
}

/** How policies decide on a connection: one line for each end, or one for each rule that lets it through. */
export function traceConnection(
  view: SideView,
  source: PeerClass,
  destination: PeerClass,
  wanted: ConnectionSet,
): string[] {
  return [
    ...traceEnd(view, 'egress', source, destination, wanted),
    ...traceEnd(view, 'ingress', destination, source, wanted),
  ]
}

function traceEnd(
  view: SideView,
  direction: Direction,
  subject: PeerClass,
  peer: PeerClass,
  wanted: ConnectionSet,
): string[] {
  if (!isPodClass(subject)) return []
  const name = nameClass(view, subject)
  if (!view.reach.isPolicedPod(subject))
    return [`${direction}: ${name} is on the host network, where no policy applies`]
  const uses = view.reach.uses(subject, direction)
  const { decided } = replay(uses, peer.index, 'may', view.reach.spared(subject, direction, 'may'))
  const allowing = [...decided].filter(
    ([{ entry }, connections]) => entry.verdict === 'allow' && !connections.intersect(wanted).isEmpty,
  )
  if (allowing.length > 0) return allowing.map(([use]) => `${direction}: ${showUse(use)}`)
  return uses.some(({ entry }) => entry.isolates)
    ? [`${direction}: ${name} is isolated and no rule allows it`]
    : [`${direction}: no policy isolates ${name}, so everything is allowed`]
}

function showUse({ entry }: EntryUse): string {
  const { policy, rule, span } = entry.origin
  return `${showId(policy)}, ${rule}, allows ${entry.connections.show()} (${span.file.path}:${startLine(span)})`
}

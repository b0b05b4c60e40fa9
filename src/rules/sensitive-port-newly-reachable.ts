import type { Cause } from '../delta/cause.ts'
import { classesOf, gainsOf } from '../delta/gains.ts'
import { newExposures } from '../delta/internet-exposure.ts'
import { classScope, type PortScope, portScope, scopeNames, scopeRank } from '../delta/port-scope.ts'
import { type SensitiveListener, sensitiveListeners } from '../delta/sensitive-ports.ts'
import { serviceBackends } from '../delta/service-backends.ts'
import type { SideView } from '../delta/side-view.ts'
import { showWitness, traceConnection } from '../delta/trace-connection.ts'
import { idKey, type Workload } from '../model/cluster.ts'
import { classOfWorkload, workloadsIn } from '../reach/peers.ts'
import type { PeerClass } from '../reach/universe.ts'
import { ConnectionSet } from '../sets/connection-set.ts'
import { portRange } from '../sets/port-set.ts'
import { placeOfCause, relatedCauses, sentence } from './change-words.ts'
import type { RuleHit } from './finding.ts'
import { showWorkload } from './policy-words.ts'
import type { DeltaContext } from './rule.ts'
import { defineRule, noOptions } from './rule.ts'

export default defineRule({
  id: 'sensitive-port-newly-reachable',
  title: 'More peers can reach a sensitive port',
  severity: 'error',
  fix: 'none',
  tags: ['mitre-t1046', 'mitre-t1210', 'exposure'],
  scope: 'delta',
  options: noOptions,
  *check(context) {
    const { base, head } = context
    const served = servedPorts(head)
    for (const opening of openings(context)) {
      for (const listener of sensitiveListeners(opening.workload, served.get(opening.workload) ?? [])) {
        const wanted = ConnectionSet.of('TCP', portRange(listener.port))
        if (opening.gained.intersect(wanted).isEmpty) continue
        const before = scopeBefore(base, opening, wanted)
        const after = portScope(head, opening.workload, wanted, 'must')
        if (scopeRank[after] > Math.max(scopeRank[before], scopeRank[listener.sensitive.allowed]))
          yield hit(opening, listener, before, after, head)
      }
    }
  },
})

/** A workload that more peers reach, on these ports, because of these causes. */
interface Opening {
  readonly workload: Workload
  readonly gained: ConnectionSet
  readonly source: PeerClass
  readonly causes: readonly [Cause, ...Cause[]]
}

/** The widest change first, so that it is the one that tells of a port. */
function openings({ base, head, delta }: DeltaContext<unknown>): Opening[] {
  const ways = newExposures(base, head).flatMap(({ way, gained, causes, confidence }): Opening[] =>
    way.from === undefined || confidence === 'possible'
      ? []
      : [{ workload: way.workload, gained, source: way.from, causes }],
  )
  const gains = [...gainsOf(delta, base, head)].sort((a, b) => b.sources.size - a.sources.size)
  const changes = gains.flatMap(({ sources, destinations, gained, causes }) => {
    const source = sources.has(head.reach.universe.anyPod.index)
      ? head.reach.universe.anyPod
      : classesOf(head, sources)[0]
    if (source === undefined) return []
    return classesOf(head, destinations).flatMap((found) =>
      workloadsIn(head.reach, found).map((workload) => ({ workload, gained, source, causes })),
    )
  })
  return [...ways, ...changes]
}

/** On base, under the widest reading; a workload that is new is judged as any pod that looks like it. */
function scopeBefore(base: SideView, { workload }: Opening, wanted: ConnectionSet): PortScope {
  const { classOf } = base.reach.universe
  const found = classOf.get(`head ${idKey(workload.id)}`)
  const before = found?.members.find(({ head }) => head === workload)?.base
  if (before !== undefined) return portScope(base, before, wanted, 'may')
  return found === undefined ? 'nobody' : classScope(base.reach, found, wanted, 'may')
}

function servedPorts({ cluster }: SideView): Map<Workload, ConnectionSet[]> {
  const found = new Map<Workload, ConnectionSet[]>()
  for (const backends of serviceBackends(cluster).values()) {
    for (const { workload, connections } of backends) found.set(workload, [...(found.get(workload) ?? []), connections])
  }
  return found
}

function hit(
  opening: Opening,
  { workload, port, sensitive, sure }: SensitiveListener,
  before: PortScope,
  after: PortScope,
  head: SideView,
): RuleHit {
  const [cause] = opening.causes
  const wanted = ConnectionSet.of('TCP', portRange(port))
  const destination = classOfWorkload(head.reach, workload)
  const what = sure ? sensitive.what : `often ${sensitive.what}`
  return {
    object: workload.id,
    discriminator: `TCP ${port}`,
    ...placeOfCause(cause, head),
    related: relatedCauses(opening.causes),
    message: sentence(
      `${scopeNames[after]} can now reach ${showWorkload(workload)} on TCP ${port} (${what}, ${sensitive.group}); before: ${scopeNames[before]}.`,
    ),
    remedy: 'Let only the workloads that use it in, by namespace and pod labels, on this port.',
    confidence: sure ? 'certain' : 'likely',
    ...(sure ? {} : { severity: 'warning' as const }),
    witness: showWitness(head, opening.source, destination, wanted),
    trace: traceConnection(head, opening.source, destination, wanted),
  }
}

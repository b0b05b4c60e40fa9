import { CLUSTER } from '../../src/model/identity-labels.ts'
import { matchLabels } from '../../src/model/label-expression.ts'
import type { Labels } from '../../src/model/labels.ts'
import { NAME_LABEL } from '../../src/model/namespace-labels.ts'
import { namedPorts } from '../../src/model/service-endpoints.ts'
import type { Entity, PeerSelector } from '../../src/policies/entry.ts'
import type { LabelCell } from '../../src/reach/label-space.ts'
import { classOfWorkload } from '../../src/reach/peers.ts'
import { connectionsWith } from '../../src/reach/row.ts'
import type { NodeClass, PeerClass } from '../../src/reach/universe.ts'
import { type ConnectionSet, protocolNumbers } from '../../src/sets/connection-set.ts'
import { syntheticSpan } from '../../src/source/span.ts'
import { type CaseResult, resultOf } from './case-result.ts'
import { protocolOf } from './connection-text.ts'
import type { ExpectationOf, ExpectedProbe, ProbeEnd } from './expectation.ts'
import { admits } from './layer-seven.ts'
import { type Evaluated, evaluate, type LoadedSide } from './load-side.ts'
import { addressesOf, findWorkload } from './peer-names.ts'

/** Single connections, each allowed or not; where the source gives both directions, each of them by itself. */
export function compareProbes(expected: ExpectationOf<'probes'>, side: LoadedSide): CaseResult {
  const found = evaluate(side, entitiesIn(expected))
  return resultOf(expected.probes.flatMap((probe) => probeDifferences(probe, found)))
}

/** Endpoints that probes ask about, so that they are told apart. */
function entitiesIn({ probes }: ExpectationOf<'probes'>): PeerSelector[] {
  const named = probes.flatMap(({ from, to }) => [from.entity ?? [], to.entity ?? []].flat())
  const entities = [...new Set(named)].filter((name) => name !== 'world') as Entity[]
  return entities.length === 0 ? [] : [{ kind: 'entities', entities, span: syntheticSpan }]
}

function probeDifferences(probe: ExpectedProbe, found: Evaluated): string[] {
  const name = `${showEnd(probe.from)} → ${showEnd(probe.to)} ${probe.protocol} ${probe.port ?? ''}`
  const [from, to] = [classAt(found, probe.from), classAt(found, probe.to)]
  if (from === undefined || to === undefined) return [`${name}: no such peer`]
  const port = portOf(probe, found)
  const { must, may } = found.reach.connections(from, to)
  const verdict = (what: string, expected: boolean | undefined, sets: readonly ConnectionSet[]): string[] =>
    sets.flatMap((set, index) => {
      const attempt = { l7: probe.l7, name: probe.to.fqdn }
      const open = set.withoutQualifiers((text) => !admits(text, attempt))
      const got = port !== undefined && open.has(protocolOf(probe.protocol), port)
      if (expected === undefined || got === expected) return []
      return [
        `${name}:${what} expected ${expected ? 'allow' : 'deny'}, ${index === 0 ? 'must' : 'may'} says ${got ? 'allow' : 'deny'}`,
      ]
    })
  const egress = found.reach.row(from, 'egress')
  const ingress = found.reach.row(to, 'ingress')
  return [
    ...verdict('', probe.allowed, [must, may]),
    ...verdict(' egress', probe.egressAllowed, [
      connectionsWith(egress.must, to.index),
      connectionsWith(egress.may, to.index),
    ]),
    ...verdict(' ingress', probe.ingressAllowed, [
      connectionsWith(ingress.must, from.index),
      connectionsWith(ingress.may, from.index),
    ]),
  ]
}

/** A probe of a port by its name goes to the number that the destination gives it. */
function portOf({ protocol, port, icmpType, to }: ExpectedProbe, { side }: Evaluated): number | undefined {
  if (icmpType !== undefined) return icmpType * 256
  if (typeof port !== 'string') return port
  const workload = findWorkload(side.cluster, `${to.namespace}/${to.pod}`)
  return workload && namedPorts(workload, protocolNumbers[protocolOf(protocol)], port)[0]
}

/** An address on the internet that nothing names. */
const somewhere = '198.51.100.77'

function classAt(found: Evaluated, end: ProbeEnd): PeerClass | undefined {
  const { reach, side } = found
  const { ip, namespace, pod, entity, fqdn, cluster } = end
  if (cluster !== undefined && cluster !== side.cluster.profile.cilium.clusterName) return classOfRemote(found, end)
  if (entity !== undefined && entity !== 'world') return classOfEntity(found, entity)
  const address = ip ?? (entity === 'world' || fqdn !== undefined ? somewhere : undefined)
  if (address !== undefined) {
    const addresses = addressesOf(address)
    return addresses && reach.universe.addresses.find((candidate) => candidate.addresses.overlaps(addresses))
  }
  const workload = findWorkload(side.cluster, `${namespace}/${pod}`)
  return workload && classOfWorkload(reach, workload)
}

/** Of machines, the one with the labels that policies ask for. */
function classOfEntity({ universe }: Evaluated, entity: string): PeerClass | undefined {
  if (entity !== 'host' && entity !== 'remote-node') return universe.entities.find((found) => found.entity === entity)
  const place = entity === 'host' ? 'own' : 'other'
  const labelled = ({ nodes }: NodeClass): number => nodes.truths.agreed.size
  return universe.nodes.filter((found) => found.place === place).sort((a, b) => labelled(b) - labelled(a))[0]
}

/** Pods of another cluster, by the answers that they give to all that is asked of them. */
function classOfRemote(
  { universe }: Evaluated,
  { namespace = '', labels = {}, cluster = '' }: ProbeEnd,
): PeerClass | undefined {
  const isIn = (cell: LabelCell, own: Readonly<Record<string, string>>): boolean =>
    [...cell.truths.keys()].every((key) => {
      const expression = universe.expressions.get(key)
      const matches = expression !== undefined && matchLabels(expression, labelsOf(own)) === 'yes'
      return matches === cell.truths.get(key)
    })
  return universe.remote.find(
    (found) =>
      isIn(found.cluster, { [CLUSTER]: cluster }) &&
      isIn(found.namespace, { [NAME_LABEL]: namespace }) &&
      isIn(found.pods, labels),
  )
}

const labelsOf = (own: Readonly<Record<string, string>>): Labels => ({
  values: new Map(Object.entries(own).map(([key, value]) => [key, { value, span: syntheticSpan }])),
  unknownKeys: new Set(),
  complete: true,
})

const showEnd = ({ ip, namespace, pod, entity, fqdn }: ProbeEnd): string =>
  ip ?? entity ?? fqdn ?? `${namespace}/${pod}`

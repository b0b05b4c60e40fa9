import { namedPorts } from '../../src/model/service-endpoints.ts'
import { classOfWorkload } from '../../src/reach/peers.ts'
import { connectionsWith } from '../../src/reach/row.ts'
import type { PeerClass } from '../../src/reach/universe.ts'
import { type ConnectionSet, protocolNumbers } from '../../src/sets/connection-set.ts'
import { type CaseResult, resultOf } from './case-result.ts'
import { protocolOf } from './connection-text.ts'
import type { ExpectationOf, ExpectedProbe, ProbeEnd } from './expectation.ts'
import type { Evaluated } from './load-side.ts'
import { addressesOf, findWorkload } from './peer-names.ts'

/** Single connections, each allowed or not; where the source gives both directions, each of them by itself. */
export function compareProbes(expected: ExpectationOf<'probes'>, found: Evaluated): CaseResult {
  return resultOf(expected.probes.flatMap((probe) => probeDifferences(probe, found)))
}

function probeDifferences(probe: ExpectedProbe, found: Evaluated): string[] {
  const name = `${showEnd(probe.from)} → ${showEnd(probe.to)} ${probe.protocol} ${probe.port ?? ''}`
  const [from, to] = [classAt(found, probe.from), classAt(found, probe.to)]
  if (from === undefined || to === undefined) return [`${name}: no such peer`]
  const port = portOf(probe, found)
  const { must, may } = found.reach.connections(from, to)
  const verdict = (what: string, expected: boolean | undefined, sets: readonly ConnectionSet[]): string[] =>
    sets.flatMap((set, index) => {
      const got = port !== undefined && set.has(protocolOf(probe.protocol), port)
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
function portOf({ protocol, port, to }: ExpectedProbe, { side }: Evaluated): number | undefined {
  if (typeof port !== 'string') return port
  const workload = findWorkload(side.cluster, `${to.namespace}/${to.pod}`)
  return workload && namedPorts(workload, protocolNumbers[protocolOf(protocol)], port)[0]
}

function classAt({ reach, side }: Evaluated, { ip, namespace, pod }: ProbeEnd): PeerClass | undefined {
  if (ip !== undefined) {
    const addresses = addressesOf(ip)
    return addresses && reach.universe.addresses.find((found) => found.addresses.overlaps(addresses))
  }
  const workload = findWorkload(side.cluster, `${namespace}/${pod}`)
  return workload && classOfWorkload(reach, workload)
}

const showEnd = ({ ip, namespace, pod }: ProbeEnd): string => ip ?? `${namespace}/${pod}`

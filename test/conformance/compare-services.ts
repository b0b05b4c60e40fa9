import { endpointsOf } from '../../src/model/service-endpoints.ts'
import { type CaseResult, resultOf } from './case-result.ts'
import { connectionText, expectedText } from './connection-text.ts'
import type { ExpectationOf } from './expectation.ts'
import { backendRows } from './ingress-rows.ts'
import type { LoadedSide } from './load-side.ts'
import { workloadName } from './peer-names.ts'
import type { Assumptions } from './profiles.ts'

/** Number of workloads behind each Service; one that does not exist has none. */
export function compareServiceSelection(
  { services }: ExpectationOf<'service-selection'>,
  { cluster }: LoadedSide,
): CaseResult {
  return resultOf(
    services.flatMap(({ service: name, workloads }) => {
      const found = cluster.services.find(({ id }) => `${id.namespace}/${id.name}` === name)
      const count = found === undefined ? 0 : endpointsOf(found, cluster).length
      return count === workloads ? [] : [`${name}: expected ${workloads} workloads, got ${count}`]
    }),
  )
}

/** Ports that Ingresses and Routes lead to; workloads that are not listed may have any. */
export function compareIngressBackends(
  { connections }: ExpectationOf<'ingress-backends'>,
  side: LoadedSide,
  assumptions: Assumptions,
): CaseResult {
  const rows = new Map(
    backendRows(side).map(({ workload, connections: found }) => [
      workloadName(workload),
      connectionText(found, assumptions),
    ]),
  )
  return resultOf(
    connections.flatMap(({ dst, conns }) => {
      const [wanted, got] = [expectedText(conns, assumptions), rows.get(dst) ?? 'None']
      return wanted === got ? [] : [`${dst}: expected ${wanted}, got ${got}`]
    }),
  )
}

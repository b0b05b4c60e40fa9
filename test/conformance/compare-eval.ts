import type { Bounds } from '../../src/reach/reachability.ts'
import { ConnectionSet } from '../../src/sets/connection-set.ts'
import { type CaseResult, resultOf } from './case-result.ts'
import { connectionText, expectedText, protocolOf } from './connection-text.ts'
import type { ExpectationOf, ExpectedQuery } from './expectation.ts'
import type { Evaluated } from './load-side.ts'
import { classesNamed, findWorkload } from './peer-names.ts'
import type { Assumptions } from './profiles.ts'

/** Point queries: a single connection, or everything between two peers. */
export function compareEval(expected: ExpectationOf<'eval'>, found: Evaluated, assumptions: Assumptions): CaseResult {
  return resultOf(expected.queries.flatMap((query) => queryDifferences(query, found, assumptions)))
}

function queryDifferences(query: ExpectedQuery, found: Evaluated, assumptions: Assumptions): string[] {
  const name = `${query.src} → ${query.dst}`
  const answers = between(query, found)
  if (answers.length === 0) return [`${name}: no such peer`]
  return answers.flatMap(({ must, may }) =>
    [must, may].flatMap((connections) => {
      const [wanted, got] = answer(query, connections, assumptions)
      return wanted === got
        ? []
        : [`${name} ${query.protocol ?? ''} ${query.port ?? ''}: expected ${wanted}, got ${got}`]
    }),
  )
}

function answer(query: ExpectedQuery, connections: ConnectionSet, assumptions: Assumptions): readonly [string, string] {
  if (query.conns !== undefined)
    return [expectedText(query.conns, assumptions), connectionText(connections, assumptions)]
  const allowed = connections.has(protocolOf(query.protocol ?? 'TCP'), Number(query.port))
  return [query.allowed === true ? 'allow' : 'deny', allowed ? 'allow' : 'deny']
}

const everything: Bounds = { must: ConnectionSet.all, may: ConnectionSet.all }

/** A pod always reaches itself. A CIDR may touch several classes; the question is put to each of them. */
function between({ src, dst }: ExpectedQuery, { reach, side }: Evaluated): Bounds[] {
  if (src === dst && findWorkload(side.cluster, src) !== undefined) return [everything]
  const destinations = classesNamed(reach, dst)
  return classesNamed(reach, src).flatMap((from) => destinations.map((to) => reach.connections(from, to)))
}

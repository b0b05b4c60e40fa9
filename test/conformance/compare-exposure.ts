import { type LabelExpression, requirement } from '../../src/model/label-expression.ts'
import type { PeerSelector, PodSelector } from '../../src/policies/entry.ts'
import type { LabelCell } from '../../src/reach/label-space.ts'
import { connectionsWith } from '../../src/reach/row.ts'
import type { CellClass } from '../../src/reach/universe.ts'
import { ConnectionSet } from '../../src/sets/connection-set.ts'
import { syntheticSpan } from '../../src/source/span.ts'
import { type CaseResult, resultOf } from './case-result.ts'
import { connectionDifferences } from './compare-connections.ts'
import { shownPorts } from './connection-text.ts'
import type { ExpectationOf, ExpectedExposure, ExpectedLabelSelector, ExpectedPodSelector } from './expectation.ts'
import { type ExpectedRows, limitsOf, type Subject } from './exposure-limits.ts'
import { type ConnectionFocus, connectionFocus, focusFilter } from './focus.ts'
import { type Evaluated, evaluate, type LoadedSide } from './load-side.ts'
import { namedWorkloads } from './peer-names.ts'
import type { Assumptions } from './profiles.ts'

type ExpectedExposures = ExpectationOf<'exposure'>

/** Connections with workloads of the tree and with pods that are not in it, and who is selected by no policy. */
export function compareExposure(expected: ExpectedExposures, side: LoadedSide, assumptions: Assumptions): CaseResult {
  const selectors = expected.exposure.flatMap(({ peer }): PeerSelector[] =>
    typeof peer === 'string' ? [] : [{ ...selectorOf(peer), kind: 'pods', span: syntheticSpan }],
  )
  const found = evaluate(side, selectors)
  return resultOf([
    ...(found.universe.coarse === 0 ? [] : ['selectors were left out of the cells']),
    ...connectionDifferences(expected, found, assumptions),
    ...subjectsOf(expected, found, assumptions).flatMap((subject) => [
      ...protectionDifferences(subject, expected),
      ...cellDifferences(subject),
    ]),
  ])
}

/** Workloads in focus, in each direction in focus, with their rows. */
function subjectsOf(expected: ExpectedExposures, { reach, side }: Evaluated, assumptions: Assumptions): Subject[] {
  const keeps = focusFilter(expected.options ?? {})
  const focus = connectionFocus(expected.focusConn, assumptions)
  const shown = (connections: ConnectionSet): ConnectionSet => shownPorts(focus.found(connections))
  return namedWorkloads(side.cluster.workloads, reach, assumptions).flatMap(({ name, found }) =>
    (['ingress', 'egress'] as const)
      .filter((direction) => (direction === 'ingress' ? keeps(undefined, name) : keeps(name, undefined)))
      .map((direction) => {
        const rows = expected.exposure.filter((row) => row.workload === name && row.direction === direction)
        return { name, found, direction, rows: readRows(rows, focus), reach, shown }
      }),
  )
}

function readRows(rows: readonly ExpectedExposure[], focus: ConnectionFocus): ExpectedRows {
  const read = rows.map(({ peer, conns }) => ({ peer, connections: shownPorts(focus.expected(conns)) }))
  const anyPod = read.filter(({ peer }) => peer === 'entire-cluster').map(({ connections }) => connections)
  const selected = read.flatMap(({ peer, connections }) =>
    typeof peer === 'string' ? [] : [{ selector: selectorOf(peer), connections }],
  )
  return { anyPod: ConnectionSet.union(anyPod), selected }
}

function protectionDifferences(subject: Subject, { unprotected }: ExpectedExposures): string[] {
  const { name, direction, reach, found } = subject
  const wanted = !unprotected.some((row) => row.workload === name && row.direction === direction)
  const got = reach.uses(found, direction).length > 0
  return wanted === got ? [] : [`${name} ${direction}: expected ${wanted ? 'a' : 'no'} policy`]
}

/**
 * Compares each cell with the rows whose selectors it meets. Rows speak of the subject's own policies, so they are held
 * against the subject's row, not against what policies of the unseen pod leave of it.
 */
function cellDifferences(subject: Subject): string[] {
  const { reach, name, direction } = subject
  const limits = limitsOf(subject)
  const row = reach.row(subject.found, direction)
  return reach.universe.classes.flatMap((cell) => {
    if (cell.kind !== 'cell') return []
    const { least, most } = limits(cell)
    const must = subject.shown(connectionsWith(row.must, cell.index))
    const may = subject.shown(connectionsWith(row.may, cell.index))
    return [
      ...(least.isSubsetOf(must) ? [] : [`expected at least ${least.show()}, got ${must.show()}`]),
      ...(may.isSubsetOf(most) ? [] : [`expected at most ${most.show()}, got ${may.show()}`]),
    ].map((text) => `${name} ${direction} ${showCell(cell)}: ${text}`)
  })
}

function showCell({ namespace, pods }: CellClass): string {
  const conditions = (cell: LabelCell): string =>
    [...cell.truths.keys()].map((key) => `${cell.truths.get(key) ? '' : 'not '}${key}`).join(' and ') || 'any'
  return `pods (${conditions(pods)}) of ${typeof namespace === 'string' ? namespace : `namespaces (${conditions(namespace)})`}`
}

function selectorOf({ namespaceSelector, podSelector }: ExpectedPodSelector): PodSelector {
  return {
    target: 'pods',
    namespaces: { kind: 'matching', expression: expressionOf(namespaceSelector) },
    labels: expressionOf(podSelector),
  }
}

function expressionOf({ matchLabels = {}, matchExpressions = [] }: ExpectedLabelSelector): LabelExpression {
  return {
    kind: 'all',
    of: [
      ...Object.entries(matchLabels).map(([key, value]) => requirement(key, 'In', [value])),
      ...matchExpressions.map(({ key, operator, values }) => requirement(key, operator, values)),
    ],
  }
}

import type { Workload } from '../model/cluster.ts'
import { identityLabels } from '../model/identity-labels.ts'
import { expressionKey, type LabelExpression, type LabelRequirement } from '../model/label-expression.ts'
import { labelFact } from '../model/labels.ts'
import { addTo } from './add-to.ts'
import {
  type CellClass,
  isPodClass,
  type PeerClass,
  representative,
  type Side,
  type WorkloadClass,
} from './universe.ts'

/** The classes of one namespace by what selectors ask of them, so that a selector need not ask each. */
export class PodIndex {
  readonly #side: Side
  readonly #classes: readonly PeerClass[]
  readonly #workloads: WorkloadClass[] = []
  readonly #cells: CellClass[] = []
  readonly #byKey = new Map<string, ByValue>()
  #agreeing: ReadonlyMap<string, readonly CellClass[]> | undefined

  constructor(classes: readonly PeerClass[], side: Side) {
    this.#side = side
    this.#classes = classes
    for (const found of classes.filter(isPodClass))
      if (found.kind === 'cell') this.#cells.push(found)
      else this.#workloads.push(found)
  }

  /** Classes that an expression may match, and perhaps some that it does not. */
  candidates(expression: LabelExpression): readonly PeerClass[] {
    const equality = neededEquality(expression)
    if (equality === undefined) return this.#classes
    return [...this.#workloadsWith(equality), ...this.#cellsOf(expression)]
  }

  #workloadsWith({ key, values }: LabelRequirement): WorkloadClass[] {
    const found = this.#byKey.get(key) ?? this.#indexBy(key)
    this.#byKey.set(key, found)
    return [...values.flatMap((value) => found.known.get(value) ?? []), ...found.unknown]
  }

  #indexBy(key: string): ByValue {
    const known = new Map<string, WorkloadClass[]>()
    const unknown: WorkloadClass[] = []
    for (const found of this.#workloads) {
      const fact = labelFact(identityLabels(representative(found, this.#side) as Workload), key)
      if (fact === 'unknown') unknown.push(found)
      else if (fact !== 'absent') addTo(known, fact.value, found)
    }
    return { known, unknown }
  }

  /** Cells of one namespace were asked the same: where the first has no answer, none has. */
  #cellsOf(expression: LabelExpression): readonly CellClass[] {
    const key = expressionKey(expression)
    if (this.#cells[0]?.pods.truths.get(key) === undefined) return this.#cells
    this.#agreeing ??= this.#indexCells()
    return this.#agreeing.get(key) ?? []
  }

  #indexCells(): ReadonlyMap<string, readonly CellClass[]> {
    const agreeing = new Map<string, CellClass[]>()
    for (const cell of this.#cells) for (const key of cell.pods.truths.agreed) addTo(agreeing, key, cell)
    return agreeing
  }
}

interface ByValue {
  readonly known: ReadonlyMap<string, readonly WorkloadClass[]>
  /** Workloads whose value of the key, if they have it, nobody knows. */
  readonly unknown: readonly WorkloadClass[]
}

/** A requirement without which the expression cannot hold: one of some values for a key. */
function neededEquality(expression: LabelExpression): LabelRequirement | undefined {
  if (expression.kind === 'requirement') return expression.operator === 'In' ? expression : undefined
  if (expression.kind !== 'all') return undefined
  for (const part of expression.of) {
    const found = neededEquality(part)
    if (found !== undefined) return found
  }
  return undefined
}

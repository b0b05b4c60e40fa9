import type { Workload } from '../model/cluster.ts'
import { idKey } from '../model/cluster.ts'
import { identityLabels } from '../model/identity-labels.ts'
import { expressionKey, type LabelExpression, matchLabels } from '../model/label-expression.ts'
import { NAME_LABEL } from '../model/namespace-labels.ts'
import type { AddressSet } from '../sets/address-set.ts'
import { holdsUnlabelled, type LabelCell } from './label-space.ts'
import type {
  AddressClass,
  CellClass,
  EntityClass,
  NodeClass,
  PeerClass,
  RemoteClass,
  Universe,
  WorkloadClass,
  WorkloadPair,
} from './universe.ts'
import { HOSTS } from './universe.ts'

/** Collects the classes of a universe, each with the next index. */
export class ClassBuilder {
  readonly #classes: PeerClass[] = []
  readonly #byNamespace = new Map<string, PeerClass[]>()
  readonly #elsewhere: CellClass[] = []
  readonly #addresses: AddressClass[] = []
  readonly #nodes: NodeClass[] = []
  readonly #entities: EntityClass[] = []
  readonly #remote: RemoteClass[] = []
  readonly #classOf = new Map<string, WorkloadClass>()

  addCell(namespace: string | LabelCell, pods: LabelCell): void {
    const cell: CellClass = { kind: 'cell', index: this.#classes.length, namespace, pods }
    this.#classes.push(cell)
    if (typeof namespace === 'string') this.#inNamespace(namespace, cell)
    else this.#elsewhere.push(cell)
  }

  addWorkloads(namespace: string, pairs: readonly WorkloadPair[], expressions: readonly LabelExpression[]): void {
    const answers = new Map<Workload, string>()
    const answersOf = (workload: Workload): string => {
      const found = answers.get(workload) ?? answersTo(expressions, workload)
      answers.set(workload, found)
      return found
    }
    const signature = (workload: Workload | undefined): string =>
      workload === undefined ? '-' : `${answersOf(workload)}|${otherTraits(workload)}`
    const groups = Map.groupBy(pairs, ({ base, head }) => {
      const before = signature(base)
      return `${before}/${base === head ? before : signature(head)}`
    })
    const cellAt = this.#cellsByAnswers(namespace, expressions)
    const cellOf = (workload: Workload | undefined) =>
      workload === undefined ? undefined : cellAt.get(answersOf(workload))
    for (const members of groups.values()) {
      const { base, head } = members[0] as WorkloadPair
      const cells = { base: cellOf(base), head: cellOf(head) }
      const isHost = namespace === HOSTS
      const found: WorkloadClass = { kind: 'workloads', index: this.#classes.length, namespace, isHost, members, cells }
      this.#classes.push(found)
      this.#inNamespace(namespace, found)
      for (const { base, head } of members) {
        if (base !== undefined) this.#classOf.set(`base ${idKey(base.id)}`, found)
        if (head !== undefined) this.#classOf.set(`head ${idKey(head.id)}`, found)
      }
    }
  }

  /** Cells of a namespace by what they answer to each expression; one that was not asked something is like no workload. */
  #cellsByAnswers(namespace: string, expressions: readonly LabelExpression[]): ReadonlyMap<string, number> {
    const keys = expressions.map(expressionKey)
    const found = new Map<string, number>()
    for (const candidate of this.#byNamespace.get(namespace) ?? []) {
      if (candidate.kind !== 'cell') continue
      const { truths } = candidate.pods
      const answers = keys.map((key) => letterOf(truths.get(key))).join('')
      if (!found.has(answers)) found.set(answers, candidate.index)
    }
    return found
  }

  addAddresses(addresses: AddressSet): void {
    const found: AddressClass = { kind: 'addresses', index: this.#classes.length, addresses }
    this.#classes.push(found)
    this.#addresses.push(found)
  }

  addNodes(nodes: LabelCell, place: NodeClass['place']): void {
    const found: NodeClass = { kind: 'nodes', index: this.#classes.length, place, nodes }
    this.#classes.push(found)
    this.#nodes.push(found)
  }

  addRemote(cluster: LabelCell, namespace: LabelCell, pods: LabelCell): void {
    const found: RemoteClass = { kind: 'remote', index: this.#classes.length, cluster, namespace, pods }
    this.#classes.push(found)
    this.#remote.push(found)
  }

  addEntity(entity: EntityClass['entity']): void {
    const found: EntityClass = { kind: 'entity', index: this.#classes.length, entity }
    this.#classes.push(found)
    this.#entities.push(found)
  }

  build(namespaces: Universe['namespaces'], expressions: Universe['expressions'], coarse: number): Universe {
    const plain = this.#elsewhere.filter(({ pods }) => holdsUnlabelled(pods))
    const anyPod =
      plain.find(({ namespace }) => isUnlabelledNamespace(namespace as LabelCell)) ?? plain[0] ?? this.#elsewhere[0]
    return {
      classes: this.#classes,
      byNamespace: this.#byNamespace,
      elsewhere: this.#elsewhere,
      addresses: this.#addresses,
      nodes: this.#nodes,
      entities: this.#entities,
      remote: this.#remote,
      namespaces,
      anyPod: anyPod as CellClass,
      classOf: this.#classOf,
      expressions,
      coarse,
    }
  }

  #inNamespace(namespace: string, found: PeerClass): void {
    const list = this.#byNamespace.get(namespace)
    if (list === undefined) this.#byNamespace.set(namespace, [found])
    else list.push(found)
  }
}

/** Whether a namespace with a new name and no other label lies in the cell. */
function isUnlabelledNamespace(cell: LabelCell): boolean {
  return cell.conjunctions.some((conjunction) =>
    [...conjunction].every(([key, domain]) => (key === NAME_LABEL ? domain.kind === 'all-but' : domain.absent)),
  )
}

/** A letter for each expression: whether the labels of a workload match it. */
function answersTo(expressions: readonly LabelExpression[], workload: Workload): string {
  const labels = identityLabels(workload)
  return expressions.map((expression) => matchLabels(expression, labels)[0]).join('')
}

/** The letter of a cell's answer; of none it is that of no workload. */
const letterOf = (truth: boolean | undefined): string => (truth === undefined ? '?' : truth ? 'y' : 'n')

/** What policies can see of a workload beside its labels. */
function otherTraits(workload: Workload): string {
  const ports = workload.ports
    .filter((port) => port.name !== undefined)
    .map((port) => `${port.name}:${port.protocol}:${port.port}`)
  const addresses = workload.addresses?.key ?? ''
  const machine = workload.hostNetwork ? `h${workload.nodeName ?? ''}` : ''
  return [machine, workload.serviceAccount, ports.sort().join(','), addresses].join('|')
}

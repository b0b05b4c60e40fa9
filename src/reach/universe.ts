import type { Cluster, Workload } from '../model/cluster.ts'
import { idKey } from '../model/cluster.ts'
import { expressionKey, isEverything, type LabelExpression, matchLabels } from '../model/label-expression.ts'
import type { Labels, Truth } from '../model/labels.ts'
import { NAME_LABEL, undeclaredNamespaceLabels } from '../model/namespace-labels.ts'
import type { NamespaceScope, PodSelector, PolicyEntry } from '../policies/entry.ts'
import type { AddressSet } from '../sets/address-set.ts'
import { addressClasses } from './address-classes.ts'
import { defaultCellLimits, holdsUnlabelled, type LabelCell, type LabelConjunction, labelCells } from './label-space.ts'

export type Side = 'base' | 'head'
const sides = ['base', 'head'] as const

/** Everything the engine needs of one side: the cluster and its compiled policies. */
export interface SideInput {
  readonly cluster: Cluster
  readonly entries: readonly PolicyEntry[]
}

/** A workload on one side, or on both when it is the same one. */
export interface WorkloadPair {
  readonly base: Workload | undefined
  readonly head: Workload | undefined
}

/**
 * Peers that no policy of either side can tell apart.
 * `workloads`: workloads of one namespace. `cell`: pods that are not in the tree, in a known namespace or in any
 * namespace of a cell. `addresses`: addresses outside the cluster.
 */
export type PeerClass = WorkloadClass | CellClass | AddressClass

interface ClassBase {
  readonly index: number
}

export interface WorkloadClass extends ClassBase {
  readonly kind: 'workloads'
  readonly namespace: string
  readonly members: readonly WorkloadPair[]
  /** Cell that its pods' labels lie in on each side: unseen pods that look the same to every selector. */
  readonly cells: Readonly<Record<Side, number | undefined>>
}

export interface CellClass extends ClassBase {
  readonly kind: 'cell'
  /** Name of the namespace, or the cell of namespaces nobody declared. */
  readonly namespace: string | LabelCell
  readonly pods: LabelCell
}

export interface AddressClass extends ClassBase {
  readonly kind: 'addresses'
  readonly addresses: AddressSet
}

/** One partition of all peers, for both sides. */
export interface Universe {
  readonly classes: readonly PeerClass[]
  readonly byNamespace: ReadonlyMap<string, readonly PeerClass[]>
  /** Cells of pods in namespaces that leave no trace in the tree. */
  readonly elsewhere: readonly CellClass[]
  readonly addresses: readonly AddressClass[]
  readonly namespaces: Readonly<Record<Side, ReadonlyMap<string, Labels>>>
  /** Class of an unlabelled pod in an unlabelled namespace that leaves no trace: anybody. */
  readonly anyPod: CellClass
  readonly classOf: ReadonlyMap<string, WorkloadClass>
  /** Label selectors of either side by `expressionKey`: what the answers of a cell stand for. */
  readonly expressions: ReadonlyMap<string, LabelExpression>
  /** Selectors that were left out of cells because a limit was met. */
  readonly coarse: number
}

/** Cuts all peers of both sides into classes. */
export function partition(base: SideInput, head: SideInput): Universe {
  const selectors = podSelectors(base.entries, head.entries)
  const names = namespaceNames(base, head, selectors)
  const namespaces = {
    base: namespaceLabels(base.cluster, head.cluster, names),
    head: namespaceLabels(head.cluster, base.cluster, names),
  }
  const builder = new ClassBuilder()
  const speaking = selectorsByNamespace(selectors, names, namespaces)
  let coarse = 0
  const pairs = Map.groupBy(
    pairWorkloads(base.cluster.workloads, head.cluster.workloads),
    ({ base, head }) => (head ?? (base as Workload)).id.namespace,
  )
  for (const name of names) {
    const expressions = speaking.get(name) ?? []
    const found = labelCells(new Map(), expressions)
    coarse += found.coarse
    for (const pods of found.cells) builder.addCell(name, pods)
    builder.addWorkloads(name, pairs.get(name) ?? [], expressions)
  }
  const anonymous = namespaceCells(selectors, names)
  coarse += anonymous.coarse
  for (const namespace of anonymous.cells) {
    const expressions = distinct(
      selectors
        .filter(
          ({ namespaces: scope }) =>
            scope.kind === 'matching' && namespace.truths.get(expressionKey(scope.expression)) !== false,
        )
        .map(({ labels }) => labels),
    )
    const found = labelCells(new Map(), expressions)
    coarse += found.coarse
    for (const pods of found.cells) builder.addCell(namespace, pods)
  }
  for (const addresses of addressClasses(base, head)) builder.addAddresses(addresses)
  return builder.build(namespaces, expressionsOf(selectors), coarse)
}

/** Selectors over pods that occur in either side, those of one side only first: they are what changed. */
function podSelectors(base: readonly PolicyEntry[], head: readonly PolicyEntry[]): PodSelector[] {
  const found = { base: selectorMap(base), head: selectorMap(head) }
  const both = [...found.base].filter(([key]) => found.head.has(key)).map(([, selector]) => selector)
  const changed = [...found.base, ...found.head]
    .filter(([key]) => !(found.base.has(key) && found.head.has(key)))
    .map(([, selector]) => selector)
  return [...changed, ...both]
}

function selectorMap(entries: readonly PolicyEntry[]): Map<string, PodSelector> {
  const found = new Map<string, PodSelector>()
  const add = (selector: PodSelector): void => {
    if (selector.target === 'pods') found.set(selectorKey(selector), selector)
  }
  for (const entry of entries) {
    add(entry.subject)
    if (entry.peers === 'any') continue
    for (const peer of entry.peers) if (peer.kind === 'pods') add(peer)
  }
  return found
}

const scopeKeyOf = (scope: NamespaceScope): string =>
  scope.kind === 'named' ? `=${scope.name}` : `?${expressionKey(scope.expression)}`

/** One text for each selector: selectors with equal keys select the same peers. */
export function selectorKey(selector: PodSelector): string {
  const accounts = selector.serviceAccounts === undefined ? '' : `/${expressionKey(selector.serviceAccounts)}`
  return `${selector.target}${scopeKeyOf(selector.namespaces)}|${expressionKey(selector.labels)}${accounts}`
}

/** Namespaces with a trace on either side, those that a selector names by their name label included. */
function namespaceNames(base: SideInput, head: SideInput, selectors: readonly PodSelector[]): string[] {
  const names = new Set<string>([...base.cluster.namespaces.keys(), ...head.cluster.namespaces.keys()])
  for (const { namespaces } of selectors) {
    if (namespaces.kind === 'named') names.add(namespaces.name)
    else for (const name of namedByLabel(namespaces.expression)) names.add(name)
  }
  for (const { cluster } of [base, head])
    if (cluster.profile.dns !== undefined) names.add(cluster.profile.dns.namespace)
  return [...names].sort()
}

function namedByLabel(expression: LabelExpression): readonly string[] {
  if (expression.kind === 'all' || expression.kind === 'any') return expression.of.flatMap(namedByLabel)
  if (expression.kind === 'not') return namedByLabel(expression.of)
  return expression.kind === 'requirement' && expression.key === NAME_LABEL ? expression.values : []
}

/**
 * Labels of each namespace on one side. One without a trace on this side counts with the labels it has on the other:
 * what it could do is judged as if it had been there, so that only what policies change is called a change.
 */
function namespaceLabels(own: Cluster, other: Cluster, names: readonly string[]): Map<string, Labels> {
  return new Map(
    names.map((name) => [
      name,
      (own.namespaces.get(name) ?? other.namespaces.get(name))?.labels ?? undeclaredNamespaceLabels(name),
    ]),
  )
}

function distinct(expressions: readonly LabelExpression[]): LabelExpression[] {
  const found = new Map<string, LabelExpression>()
  for (const expression of expressions) {
    if (!isEverything(expression) && !found.has(expressionKey(expression)))
      found.set(expressionKey(expression), expression)
  }
  return [...found.values()]
}

function expressionsOf(selectors: readonly PodSelector[]): Map<string, LabelExpression> {
  const all = selectors.flatMap(({ namespaces, labels }) =>
    namespaces.kind === 'matching' ? [labels, namespaces.expression] : [labels],
  )
  return new Map(all.map((expression) => [expressionKey(expression), expression]))
}

/** Label selectors that can speak of pods in each namespace, on either side. */
function selectorsByNamespace(
  selectors: readonly PodSelector[],
  names: readonly string[],
  namespaces: Universe['namespaces'],
): Map<string, LabelExpression[]> {
  const found = new Map<string, LabelExpression[]>(names.map((name) => [name, []]))
  const scopes = Map.groupBy(selectors, ({ namespaces: scope }) => scopeKeyOf(scope))
  for (const group of scopes.values()) {
    const scope = (group[0] as PodSelector).namespaces
    const labels = group.map((selector) => selector.labels)
    const within =
      scope.kind === 'named'
        ? [scope.name]
        : names.filter((name) => sides.some((side) => inScope(scope, name, namespaces[side]) !== 'no'))
    for (const name of within) found.get(name)?.push(...labels)
  }
  return new Map([...found].map(([name, expressions]) => [name, distinct(expressions)]))
}

/** Whether a scope takes in a namespace that has a trace. */
export function inScope(scope: NamespaceScope, name: string, labels: ReadonlyMap<string, Labels>): Truth {
  if (scope.kind === 'named') return scope.name === name ? 'yes' : 'no'
  return matchLabels(scope.expression, labels.get(name) ?? undeclaredNamespaceLabels(name))
}

/** Cells of namespaces that leave no trace: any name but the known ones, any labels. */
function namespaceCells(selectors: readonly PodSelector[], names: readonly string[]): ReturnType<typeof labelCells> {
  const start: LabelConjunction = new Map([[NAME_LABEL, { kind: 'all-but', values: new Set(names), absent: false }]])
  const scopes = selectors.flatMap(({ namespaces }) => (namespaces.kind === 'matching' ? [namespaces.expression] : []))
  return labelCells(start, distinct(scopes), defaultCellLimits)
}

/**
 * Joins workloads of the two sides: by identity, else by namespace and pod labels where that leaves no choice (a
 * rename, a change of kind).
 */
function pairWorkloads(base: readonly Workload[], head: readonly Workload[]): WorkloadPair[] {
  const headById = new Map(head.map((workload) => [idKey(workload.id), workload]))
  const baseIds = new Set(base.map((workload) => idKey(workload.id)))
  const orphans = head.filter((workload) => !baseIds.has(idKey(workload.id)))
  const orphansByLabels = Map.groupBy(orphans, labelKey)
  const lostByLabels = Map.groupBy(
    base.filter((workload) => !headById.has(idKey(workload.id))),
    labelKey,
  )
  const renamed = new Map<Workload, Workload>()
  for (const [key, lost] of lostByLabels) {
    const found = orphansByLabels.get(key)
    if (lost.length === 1 && found?.length === 1) renamed.set(lost[0] as Workload, found[0] as Workload)
  }
  const taken = new Set(renamed.values())
  return [
    ...base.map((workload) => ({ base: workload, head: headById.get(idKey(workload.id)) ?? renamed.get(workload) })),
    ...orphans.filter((workload) => !taken.has(workload)).map((workload) => ({ base: undefined, head: workload })),
  ]
}

function labelKey({ id, labels }: Workload): string {
  const pairs = [...labels.values].map(([key, { value }]) => `${key}=${value}`).sort()
  return pairs.length === 0 ? `${id.namespace}|${idKey(id)}` : `${id.namespace}|${pairs.join(',')}`
}

class ClassBuilder {
  readonly #classes: PeerClass[] = []
  readonly #byNamespace = new Map<string, PeerClass[]>()
  readonly #elsewhere: CellClass[] = []
  readonly #addresses: AddressClass[] = []
  readonly #classOf = new Map<string, WorkloadClass>()

  addCell(namespace: string | LabelCell, pods: LabelCell): void {
    const cell: CellClass = { kind: 'cell', index: this.#classes.length, namespace, pods }
    this.#classes.push(cell)
    if (typeof namespace === 'string') this.#inNamespace(namespace, cell)
    else this.#elsewhere.push(cell)
  }

  addWorkloads(namespace: string, pairs: readonly WorkloadPair[], expressions: readonly LabelExpression[]): void {
    const groups = Map.groupBy(
      pairs,
      (pair) => `${signature(pair.base, expressions)}/${signature(pair.head, expressions)}`,
    )
    for (const members of groups.values()) {
      const cells = {
        base: this.#cellOf(namespace, members[0]?.base, expressions),
        head: this.#cellOf(namespace, members[0]?.head, expressions),
      }
      const found: WorkloadClass = { kind: 'workloads', index: this.#classes.length, namespace, members, cells }
      this.#classes.push(found)
      this.#inNamespace(namespace, found)
      for (const { base, head } of members) {
        if (base !== undefined) this.#classOf.set(`base ${idKey(base.id)}`, found)
        if (head !== undefined) this.#classOf.set(`head ${idKey(head.id)}`, found)
      }
    }
  }

  #cellOf(
    namespace: string,
    workload: Workload | undefined,
    expressions: readonly LabelExpression[],
  ): number | undefined {
    if (workload === undefined) return undefined
    const truths = expressions.map(
      (expression) => [expressionKey(expression), matchLabels(expression, workload.labels)] as const,
    )
    const found = this.#byNamespace
      .get(namespace)
      ?.find(
        (candidate) =>
          candidate.kind === 'cell' &&
          truths.every(([key, truth]) => candidate.pods.truths.get(key) === (truth === 'yes') && truth !== 'unknown'),
      )
    return found?.index
  }

  addAddresses(addresses: AddressSet): void {
    const found: AddressClass = { kind: 'addresses', index: this.#classes.length, addresses }
    this.#classes.push(found)
    this.#addresses.push(found)
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

/** What policies can see of a workload on one side. */
function signature(workload: Workload | undefined, expressions: readonly LabelExpression[]): string {
  if (workload === undefined) return '-'
  const truths = expressions.map((expression) => matchLabels(expression, workload.labels)[0]).join('')
  const ports = workload.ports
    .filter((port) => port.name !== undefined)
    .map((port) => `${port.name}:${port.protocol}:${port.port}`)
  const addresses = workload.addresses?.key ?? ''
  return [truths, workload.hostNetwork ? 'h' : '', workload.serviceAccount, ports.sort().join(','), addresses].join('|')
}

import type { Cluster, Workload } from '../model/cluster.ts'
import { CLUSTER, SERVICE_ACCOUNT } from '../model/identity-labels.ts'
import { expressionKey, isEverything, isNothing, type LabelExpression } from '../model/label-expression.ts'
import type { Labels } from '../model/labels.ts'
import { NAME_LABEL, undeclaredNamespaceLabels } from '../model/namespace-labels.ts'
import { type Entity, type NamespaceScope, type PodSelector, type PolicyEntry, peersIn } from '../policies/entry.ts'
import { addressClasses } from './address-classes.ts'
import { ClassBuilder } from './class-builder.ts'
import { anyPodLabels, anyValueBut, defaultCellLimits, type LabelCell, labelCells } from './label-space.ts'
import { pairWorkloads } from './pair-workloads.ts'
import { inScope, scopeExpression, scopeKeyOf, selectorKey } from './selector-scope.ts'
import type { SideInput, Universe, WorkloadPair } from './universe.ts'
import { HOSTS, sides } from './universe.ts'

/** Cuts all peers of both sides into classes. */
export function partition(base: SideInput, head: SideInput): Universe {
  const selectors = podSelectors(base.entries, head.entries)
  const names = namespaceNames(base, head, selectors)
  const namespaces = {
    base: namespaceLabels(base.cluster, head.cluster, names),
    head: namespaceLabels(head.cluster, base.cluster, names),
  }
  const pairs = pairWorkloads(base.cluster.workloads, head.cluster.workloads)
  const builder = new ClassBuilder()
  const coarse =
    addKnownNamespaces(builder, selectorsByNamespace(selectors, names, namespaces), pairs) +
    addOtherNamespaces(builder, selectors, names)
  const remote = addRemotePods(builder, selectors, base.cluster.profile.cilium.clusterName)
  addHostEndpoints(builder, base, head)
  const mentioned = mentionedEntities([...base.entries, ...head.entries])
  const machines = addMachines(builder, [...base.entries, ...head.entries], mentioned)
  for (const entity of mentioned) if (entity !== 'host' && entity !== 'remote-node') builder.addEntity(entity)
  for (const addresses of addressClasses(base, head)) builder.addAddresses(addresses)
  return builder.build(namespaces, expressionsOf(selectors, machines.asked), coarse + machines.coarse + remote)
}

/** Pods of other clusters, where a selector names one; returns how many selectors were left out. */
function addRemotePods(builder: ClassBuilder, selectors: readonly PodSelector[], own: string): number {
  const looking = selectors.filter(({ clusters }) => clusters !== undefined)
  const asked = distinct(looking.flatMap(({ clusters }) => clusters?.expression ?? []))
  if (asked.length === 0) return 0
  const clusters = labelCells(anyValueBut(CLUSTER, [own]), asked)
  const namespaces = labelCells(new Map(), distinct(looking.map(({ namespaces }) => scopeExpression(namespaces))))
  const pods = labelCells(anyPodLabels, distinct(looking.map(({ labels }) => labels)))
  for (const cluster of clusters.cells)
    for (const namespace of namespaces.cells) for (const cell of pods.cells) builder.addRemote(cluster, namespace, cell)
  return clusters.coarse + namespaces.coarse + pods.coarse
}

/** Host endpoints, which selectors of their own tell apart. */
function addHostEndpoints(builder: ClassBuilder, base: SideInput, head: SideInput): void {
  const pairs = pairWorkloads(base.cluster.hostEndpoints, head.cluster.hostEndpoints)
  if (pairs.length === 0) return
  const selectors = [...base.entries, ...head.entries].flatMap((entry) => [entry.subject, ...podPeers(entry.peers)])
  const asked = selectors.filter(({ target }) => target === 'host-endpoints').map(({ labels }) => labels)
  builder.addWorkloads(HOSTS, pairs, distinct(asked))
}

/** Machines have classes of their own only where a policy speaks of machines. */
function addMachines(
  builder: ClassBuilder,
  entries: readonly PolicyEntry[],
  mentioned: ReadonlySet<Entity>,
): { readonly asked: readonly LabelExpression[]; readonly coarse: number } {
  const asked = nodeSelectors(entries)
  const isSplit = mentioned.has('host') || mentioned.has('remote-node')
  if (asked.length === 0 && !isSplit) return { asked, coarse: 0 }
  const { cells, coarse } = labelCells(new Map(), asked)
  for (const place of isSplit ? (['own', 'other'] as const) : (['any'] as const))
    for (const nodes of cells) builder.addNodes(nodes, place)
  return { asked, coarse }
}

/** What policies ask of the labels of machines; empty where no policy speaks of machines. */
function nodeSelectors(entries: readonly PolicyEntry[]): LabelExpression[] {
  const selectors = entries.flatMap(({ subject, peers }) => [
    ...(subject.target === 'nodes' ? [subject.labels] : []),
    ...[...peersIn(peers)].flatMap((peer) => (peer.kind === 'nodes' ? [peer.labels] : [])),
  ])
  return [...new Map(selectors.map((selector) => [expressionKey(selector), selector])).values()]
}

/** Entities that some policy names. What it selects beside its pods counts only where it selects nothing else. */
function mentionedEntities(entries: readonly PolicyEntry[]): Set<Entity> {
  const found = new Set<Entity>()
  for (const { subject, peers } of entries) {
    if (isNothing(subject.labels)) for (const entity of subject.entities ?? []) found.add(entity)
    for (const peer of peersIn(peers))
      if (peer.kind === 'entities') for (const entity of peer.entities) found.add(entity)
  }
  return found
}

/** Unseen pods and workloads of the namespaces with a trace; returns how many selectors were left out. */
function addKnownNamespaces(
  builder: ClassBuilder,
  speaking: ReadonlyMap<string, readonly LabelExpression[]>,
  pairs: readonly WorkloadPair[],
): number {
  const byNamespace = Map.groupBy(pairs, ({ base, head }) => (head ?? (base as Workload)).id.namespace)
  let coarse = 0
  for (const [name, expressions] of speaking) {
    coarse += addCells(builder, name, expressions)
    builder.addWorkloads(name, byNamespace.get(name) ?? [], expressions)
  }
  return coarse
}

/** Unseen pods of the namespaces without a trace, by what selectors can ask of a namespace. */
function addOtherNamespaces(
  builder: ClassBuilder,
  selectors: readonly PodSelector[],
  names: readonly string[],
): number {
  const { cells, coarse } = namespaceCells(selectors, names)
  const inside = cells.map((namespace) => {
    const speaking = selectors.filter(({ namespaces: scope }) => mayTakeIn(scope, namespace))
    return addCells(builder, namespace, distinct(speaking.map(({ labels }) => labels)))
  })
  return inside.reduce((total, count) => total + count, coarse)
}

const mayTakeIn = (scope: NamespaceScope, namespace: LabelCell): boolean =>
  scope.kind === 'matching' && namespace.truths.get(expressionKey(scope.expression)) !== false

function addCells(
  builder: ClassBuilder,
  namespace: string | LabelCell,
  expressions: readonly LabelExpression[],
): number {
  const asksAccounts = expressions.some(asksForAccount)
  const { cells, coarse } = labelCells(asksAccounts ? anyPodLabels : new Map(), expressions)
  for (const pods of cells) builder.addCell(namespace, pods)
  return coarse
}

function asksForAccount(expression: LabelExpression): boolean {
  if (expression.kind === 'all' || expression.kind === 'any') return expression.of.some(asksForAccount)
  if (expression.kind === 'not') return asksForAccount(expression.of)
  return expression.kind === 'requirement' && expression.key === SERVICE_ACCOUNT
}

/** Selectors over pods that occur in either side, those of one side only first: they are what changed. */
function podSelectors(base: readonly PolicyEntry[], head: readonly PolicyEntry[]): PodSelector[] {
  const shared = new Set(base).intersection(new Set(head))
  const isOwn = (entry: PolicyEntry): boolean => !shared.has(entry)
  const own = { base: selectorMap(base.filter(isOwn)), head: selectorMap(head.filter(isOwn)) }
  const both = selectorMap([...shared])
  for (const [key, selector] of own.base) if (own.head.has(key)) both.set(key, selector)
  const changed = [...own.base, ...own.head].filter(([key]) => !both.has(key)).map(([, selector]) => selector)
  return [...changed, ...both.values()]
}

function selectorMap(entries: readonly PolicyEntry[]): Map<string, PodSelector> {
  const found = new Map<string, PodSelector>()
  for (const selector of podSelectorsIn(entries)) found.set(selectorKey(selector), selector)
  return found
}

function* podSelectorsIn(entries: readonly PolicyEntry[]): Generator<PodSelector> {
  for (const { subject, peers } of entries) {
    if (subject.target === 'pods') yield subject
    for (const peer of podPeers(peers)) if (peer.target === 'pods') yield peer
  }
}

function* podPeers(peers: PolicyEntry['peers']): Generator<PodSelector> {
  for (const peer of peersIn(peers)) if (peer.kind === 'pods') yield peer
}

/** Namespaces with a trace on either side, those that a selector names by their name label included. */
function namespaceNames(base: SideInput, head: SideInput, selectors: readonly PodSelector[]): string[] {
  const names = new Set<string>([...base.cluster.namespaces.keys(), ...head.cluster.namespaces.keys()])
  for (const selector of selectors) for (const name of namedBy(selector)) names.add(name)
  for (const { cluster } of [base, head])
    if (cluster.profile.dns !== undefined) names.add(cluster.profile.dns.namespace)
  return [...names].sort()
}

const named = new WeakMap<PolicyEntry, readonly string[]>()

/** Namespaces that some policy names, its own or by the name label. Most entries are those of the other side as well. */
export function namespacesNamedBy(entries: readonly PolicyEntry[]): ReadonlySet<string> {
  const names = new Set<string>()
  for (const entry of entries) {
    const own = named.get(entry) ?? [...podSelectorsIn([entry])].flatMap(namedBy)
    named.set(entry, own)
    for (const name of own) names.add(name)
  }
  return names
}

const namedBy = ({ namespaces }: PodSelector): readonly string[] =>
  namespaces.kind === 'named' ? [namespaces.name] : namedByLabel(namespaces.expression)

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

function expressionsOf(
  selectors: readonly PodSelector[],
  asked: readonly LabelExpression[],
): Map<string, LabelExpression> {
  const all = selectors.flatMap(({ namespaces, labels, clusters }) => [
    labels,
    ...(namespaces.kind === 'matching' || clusters !== undefined ? [scopeExpression(namespaces)] : []),
    ...(clusters === undefined ? [] : [clusters.expression]),
  ])
  return new Map([...all, ...asked].map((expression) => [expressionKey(expression), expression]))
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

/** Cells of namespaces that leave no trace: any name but the known ones, any labels. */
function namespaceCells(selectors: readonly PodSelector[], names: readonly string[]): ReturnType<typeof labelCells> {
  const start = anyValueBut(NAME_LABEL, names)
  const scopes = selectors.flatMap(({ namespaces }) => (namespaces.kind === 'matching' ? [namespaces.expression] : []))
  return labelCells(start, distinct(scopes), defaultCellLimits)
}

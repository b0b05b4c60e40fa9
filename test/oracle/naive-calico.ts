import { firstMatch } from './naive-admin-policy.ts'
import { selectorHolds } from './naive-calico-selector.ts'
import { ruleAllows, typesOf } from './naive-network-policy.ts'
import { prefixHolds, selects } from './naive-selectors.ts'
import {
  asList,
  asLoose,
  type End,
  endOf,
  isGiven,
  type Loose,
  type Packet,
  type PlainLabels,
  type PlainObject,
  type Question,
  type World,
} from './plain-objects.ts'

/**
 * What Calico makes of a packet: tier by tier, policy by policy, rule by rule, as its documentation tells it. It shares
 * no code with the engine. Machines and host endpoints are left aside.
 */
export function calicoFate(world: World, packet: Packet): 'arrives' | 'lost' {
  const [from, to] = [endOf(world, packet.from), endOf(world, packet.to)]
  const leaves = passes(world, { subject: from, peer: to, destination: to, direction: 'Egress', packet })
  const enters = passes(world, { subject: to, peer: from, destination: to, direction: 'Ingress', packet })
  return leaves && enters ? 'arrives' : 'lost'
}

type Verdict = 'Allow' | 'Deny' | 'Pass'

function passes(world: World, question: Question): boolean {
  if (question.subject.pod === undefined) return true
  for (const tier of tiersOf(world)) {
    const policies = policiesOf(world, tier.name, question)
    if (policies.length === 0) continue
    const said = policies.map((policy) => policy.decide()).find((verdict) => verdict !== undefined)
    if (said === 'Allow') return true
    if (said === 'Deny' || (said === undefined && !tier.passes)) return false
  }
  return true
}

interface Tier {
  readonly name: string
  readonly order: number
  readonly passes: boolean
}

function tiersOf({ objects }: World): Tier[] {
  const declared = objects
    .filter(({ kind }) => kind === 'Tier')
    .map(({ metadata, spec }) => ({
      name: metadata.name,
      order: typeof spec?.order === 'number' ? spec.order : Number.POSITIVE_INFINITY,
      passes: spec?.defaultAction === 'Pass',
    }))
  const builtIn = [
    { name: 'kube-admin', order: 1000, passes: true },
    { name: 'default', order: 1_000_000, passes: false },
    { name: 'kube-baseline', order: 10_000_000, passes: true },
  ]
  return [...builtIn, ...declared].sort((a, b) =>
    a.order === b.order ? (a.name < b.name ? -1 : 1) : a.order - b.order,
  )
}

interface Policy {
  readonly order: number
  readonly tie: string
  readonly decide: () => Verdict | undefined
}

function policiesOf(world: World, tier: string, question: Question): Policy[] {
  const found = world.objects.flatMap((object) => policyOf(world, object, tier, question) ?? [])
  return found.sort((a, b) => (a.order === b.order ? (a.tie < b.tie ? -1 : 1) : a.order - b.order))
}

/** The policy as one that speaks for the subject in this tier and direction; undefined where it does not. */
function policyOf(world: World, object: PlainObject, tier: string, question: Question): Policy | undefined {
  const { kind, metadata, spec, apiVersion } = object
  const tie = (name: string): string => `${metadata.name}/${metadata.namespace ?? ''}/${name}`
  if (kind === 'ClusterNetworkPolicy') {
    if (tier !== (spec?.tier === 'Admin' ? 'kube-admin' : 'kube-baseline')) return undefined
    const actions = { allow: 'Allow', deny: 'Deny', pass: 'Pass' } as const
    const decide = (): Verdict | undefined => {
      const said = firstMatch(world, question, converted(object))
      return said && actions[said]
    }
    return { order: Number(spec?.priority), tie: tie(`Kubernetes${kind}`), decide }
  }
  const isCalico = apiVersion?.startsWith('projectcalico.org') === true
  if (kind === 'NetworkPolicy' && !isCalico)
    return tier === 'default' ? ofKubernetes(world, object, question, tie('KubernetesNetworkPolicy')) : undefined
  if (!isCalico || (kind !== 'NetworkPolicy' && kind !== 'GlobalNetworkPolicy')) return undefined
  if ((spec?.tier ?? 'default') !== tier || !calicoTypes(spec).includes(question.direction)) return undefined
  if (!isSubject(world, object, question.subject)) return undefined
  const order = typeof spec?.order === 'number' ? spec.order : Number.POSITIVE_INFINITY
  return { order, tie: tie(kind), decide: () => firstRule(world, object, question) }
}

const everybody = [{ namespaces: {} }, { networks: ['0.0.0.0/0', '::/0'] }]

/** Calico knows no peers by labels of machines: a rule with one is dropped if it accepts, and else denies everybody. */
function converted(object: PlainObject): PlainObject {
  const egress = asList(object.spec?.egress).flatMap((rule) => {
    if (!asList(rule.to).some((peer) => 'nodes' in peer)) return [rule]
    return rule.action === 'Accept' ? [] : [{ action: 'Deny', to: everybody }]
  })
  return { ...object, spec: { ...object.spec, egress } }
}

function ofKubernetes(
  world: World,
  { metadata, spec }: PlainObject,
  question: Question,
  tie: string,
): Policy | undefined {
  const { pod } = question.subject
  const namespace = metadata.namespace ?? 'default'
  if (pod?.namespace !== namespace || !typesOf(spec).includes(question.direction)) return undefined
  if (!selects(asLoose(spec?.podSelector), pod.labels)) return undefined
  const rules = asList(question.direction === 'Ingress' ? spec?.ingress : spec?.egress)
  const allows = (): boolean => rules.some((rule) => ruleAllows(world, namespace, rule, question))
  return { order: 1000, tie, decide: () => (allows() ? 'Allow' : undefined) }
}

/** Ingress, unless only egress has rules. */
function calicoTypes(spec: Loose | undefined): readonly unknown[] {
  if (Array.isArray(spec?.types)) return spec.types
  const [ingress, egress] = [asList(spec?.ingress).length > 0, asList(spec?.egress).length > 0]
  return [...(ingress || !egress ? ['Ingress'] : []), ...(egress ? ['Egress'] : [])]
}

function isSubject(world: World, { kind, metadata, spec }: PlainObject, subject: End): boolean {
  const labels = labelsOf(world, subject)
  if (labels === undefined) return false
  if (kind === 'NetworkPolicy' && subject.pod?.namespace !== metadata.namespace) return false
  return (
    selectorHolds(String(spec?.selector ?? ''), labels) &&
    selectorHolds(String(spec?.namespaceSelector ?? ''), below('pcns.', labels)) &&
    selectorHolds(String(spec?.serviceAccountSelector ?? ''), below('pcsa.', labels))
  )
}

function firstRule(world: World, { kind, metadata, spec }: PlainObject, question: Question): Verdict | undefined {
  const rules = asList(question.direction === 'Ingress' ? spec?.ingress : spec?.egress)
  const own = kind === 'NetworkPolicy' ? metadata.namespace : undefined
  const found = rules.find((rule) => rule.action !== 'Log' && ruleMatches(world, rule, own, question))
  return found?.action as Verdict | undefined
}

function ruleMatches(world: World, rule: Loose, own: string | undefined, question: Question): boolean {
  const { direction, subject, peer, packet } = question
  const [from, to] = direction === 'Ingress' ? [peer, subject] : [subject, peer]
  if (isGiven(rule.protocol) && !isProtocol(rule.protocol, packet)) return false
  if (isGiven(rule.notProtocol) && isProtocol(rule.notProtocol, packet)) return false
  if (isGiven(rule.icmp) && !isIcmp(asLoose(rule.icmp), packet)) return false
  if (isGiven(rule.notICMP) && isIcmp(asLoose(rule.notICMP), packet)) return false
  const family = rule.ipVersion ?? familyOf(rule.source) ?? familyOf(rule.destination)
  if (isGiven(family) && [from, to].some(({ ip }) => ip !== undefined && ip.includes(':') !== (family === 6)))
    return false
  const [source, destination] = [asLoose(rule.source), asLoose(rule.destination)]
  return (
    entityHolds(world, source, own, from, question) &&
    entityHolds(world, destination, own, to, question) &&
    portsHold(destination, question)
  )
}

/** Networks of one family speak of its packets only. */
function familyOf(entity: unknown): 4 | 6 | undefined {
  const { nets } = asLoose(entity)
  const [first] = Array.isArray(nets) ? (nets as string[]) : []
  return first === undefined ? undefined : first.includes(':') ? 6 : 4
}

const numbers: Readonly<Record<string, number>> = { TCP: 6, UDP: 17, SCTP: 132, ICMP: 1 }
const isProtocol = (wanted: unknown, { protocol }: Packet): boolean =>
  typeof wanted === 'number' ? numbers[protocol] === wanted : protocol === wanted

function isIcmp({ type, code }: Loose, { protocol, port }: Packet): boolean {
  if (protocol !== 'ICMP') return false
  if (isGiven(type) && Math.floor(port / 256) !== type) return false
  return !isGiven(code) || port % 256 === code
}

function portsHold(entity: Loose, { destination: { pod }, packet }: Question): boolean {
  const isOne = (item: unknown): boolean => {
    if (typeof item === 'number') return packet.port === item
    const [first, last] = String(item).split(':')
    if (last !== undefined) return packet.port >= Number(first) && packet.port <= Number(last)
    return (
      pod?.ports.some(
        ({ name, protocol, number }) => name === item && protocol === packet.protocol && number === packet.port,
      ) === true
    )
  }
  const hasPorts = packet.protocol !== 'ICMP'
  if (Array.isArray(entity.ports) && !(hasPorts && entity.ports.some(isOne))) return false
  return !Array.isArray(entity.notPorts) || (hasPorts && !entity.notPorts.some(isOne))
}

/** Everything that is given has to hold of this end. */
function entityHolds(world: World, entity: Loose, own: string | undefined, end: End, question: Question): boolean {
  const { nets, notNets, services } = entity
  const within = (list: unknown): boolean =>
    Array.isArray(list) && end.ip !== undefined && list.some((cidr) => prefixHolds(String(cidr), end.ip ?? ''))
  if (isGiven(services)) return isBehind(world, asLoose(services), end, question)
  if (Array.isArray(nets) && nets.length > 0 && !within(nets)) return false
  if (Array.isArray(notNets) && within(notNets)) return false
  const things = thingsAt(world, end)
  if (isGiven(entity.notSelector) && things.some((labels) => selectorHolds(String(entity.notSelector), labels)))
    return false
  const selective = ['selector', 'namespaceSelector', 'serviceAccounts'].some((field) => isGiven(entity[field]))
  if (!selective && !(own !== undefined && isGiven(entity.notSelector))) return true
  return things.some((labels) => isLabelled(entity, own, labels))
}

/** Whether one thing that has the address is what the selectors of an entity ask for, where they look. */
function isLabelled(entity: Loose, own: string | undefined, labels: PlainLabels): boolean {
  const home = labels['projectcalico.org/namespace']
  const { namespaceSelector } = entity
  const accounts = asLoose(entity.serviceAccounts)
  if (namespaceSelector === 'global()') {
    if (home !== undefined) return false
  } else if (isGiven(namespaceSelector)) {
    if (home === undefined || !selectorHolds(String(namespaceSelector), below('pcns.', labels))) return false
  } else if (own !== undefined && home !== own) return false
  if (!selectorHolds(String(entity.selector ?? ''), labels)) return false
  if (!isGiven(entity.serviceAccounts)) return true
  const account = labels['projectcalico.org/serviceaccount']
  if (account === undefined) return false
  const names: unknown = accounts.names
  if (Array.isArray(names) && names.length > 0 && !names.includes(account)) return false
  return selectorHolds(String(accounts.selector ?? ''), below('pcsa.', labels))
}

/** Labels of the pod at this end, and of every set that holds its address. */
function thingsAt(world: World, end: End): PlainLabels[] {
  const own = labelsOf(world, end)
  const sets = world.objects.filter(
    ({ kind, spec }) =>
      (kind === 'NetworkSet' || kind === 'GlobalNetworkSet') &&
      end.ip !== undefined &&
      Array.isArray(spec?.nets) &&
      spec.nets.some((cidr) => prefixHolds(String(cidr), end.ip ?? '')),
  )
  return [...(own === undefined ? [] : [own]), ...sets.map((set) => setLabels(world, set))]
}

function setLabels(world: World, { kind, metadata }: PlainObject): PlainLabels {
  const { labels, namespace } = metadata
  if (kind === 'GlobalNetworkSet' || namespace === undefined) return labels ?? {}
  return { ...ofNamespace(world, namespace), ...labels, 'projectcalico.org/namespace': namespace }
}

const prefixed = (prefix: string, labels: PlainLabels): PlainLabels =>
  Object.fromEntries(Object.entries(labels).map(([key, value]) => [`${prefix}${key}`, value]))
const below = (prefix: string, labels: PlainLabels): PlainLabels =>
  Object.fromEntries(
    Object.entries(labels).flatMap(([key, value]) =>
      key.startsWith(prefix) ? [[key.slice(prefix.length), value]] : [],
    ),
  )

const ofNamespace = (world: World, name: string): PlainLabels =>
  prefixed('pcns.', { ...world.namespaceLabels(name), 'projectcalico.org/name': name })

/** Labels of a pod as Calico knows them; undefined for what is no pod. */
function labelsOf(world: World, { pod }: End): PlainLabels | undefined {
  if (pod === undefined) return undefined
  const account = world.objects.find(
    ({ kind, metadata }) =>
      kind === 'ServiceAccount' && metadata.namespace === pod.namespace && metadata.name === pod.account,
  )
  return {
    ...ofNamespace(world, pod.namespace),
    ...prefixed('pcsa.', { ...account?.metadata.labels, 'projectcalico.org/name': pod.account }),
    ...pod.labels,
    'projectcalico.org/namespace': pod.namespace,
    'projectcalico.org/orchestrator': 'k8s',
    'projectcalico.org/serviceaccount': pod.account,
  }
}

function isBehind(world: World, { name, namespace }: Loose, { pod }: End, { direction, packet }: Question): boolean {
  const service = world.objects.find(
    ({ kind, metadata }) => kind === 'Service' && metadata.name === name && metadata.namespace === namespace,
  )
  if (service === undefined || pod === undefined || pod.namespace !== namespace) return false
  const isSelected = Object.entries(asLoose(service.spec?.selector)).every(([key, value]) => pod.labels[key] === value)
  if (!isSelected || direction === 'Ingress') return isSelected
  return asList(service.spec?.ports).some(
    ({ protocol, targetPort }) => (protocol ?? 'TCP') === packet.protocol && targetPort === packet.port,
  )
}

import {
  asList,
  asLoose,
  type Loose,
  type PlainLabels,
  type PlainObject,
  type PlainPod,
  type World,
} from './plain-objects.ts'

/** What a cluster that runs Cilium is set to, as far as generated clusters vary it. */
export interface CiliumWorld extends World {
  readonly enforcement: 'default' | 'always' | 'never'
  readonly hostFirewall: boolean
  /** Whether policies may select machines by their labels as peers. */
  readonly nodeSelectors: boolean
  readonly apiServer: 'inside' | 'outside'
  /** Minor version of Cilium 1. */
  readonly minor: number
}

/** An endpoint that Cilium gives a name of its own. */
export type Reserved = 'kube-apiserver' | 'ingress' | 'health' | 'init' | 'unmanaged'

/** A pod by its name, an address outside, a machine with labels as a pod there or elsewhere sees it, or a reserved endpoint. */
export type CiliumEnd =
  | { readonly namespace: string; readonly pod: string }
  | { readonly ip: string }
  | { readonly place: 'own' | 'other'; readonly labels: PlainLabels }
  | { readonly reserved: Reserved }

/** One label as policies see it: `k8s`, `app`, `web`. */
interface SourcedLabel {
  readonly source: string
  readonly key: string
  readonly value: string
}

/** What policies know of one end. */
export interface Identity {
  readonly labels: readonly SourcedLabel[]
  /** Whose policies apply to it: those of pods, those of machines, or none. */
  readonly managed: 'as pod' | 'as machine' | 'no'
  readonly namespace?: string
  readonly ports?: PlainPod['ports']
  /** Of an address outside. */
  readonly ip?: string
  /** Labels of the machine, where it is one. */
  readonly machine?: PlainLabels
}

export const NAMESPACE = 'io.kubernetes.pod.namespace'
export const NAMESPACE_LABELS = 'io.cilium.k8s.namespace.labels.'
export const CLUSTER = 'io.cilium.k8s.policy.cluster'
const SERVICE_ACCOUNT = 'io.cilium.k8s.policy.serviceaccount'

const reserved = (key: string): SourcedLabel => ({ source: 'reserved', key, value: '' })
export const isReserved = ({ labels }: Identity, key: string): boolean =>
  labels.some((label) => label.source === 'reserved' && label.key === key)

/** Every identity that an end may have in a packet to or from another end: where a pod runs is not always known. */
export function identitiesOf(world: CiliumWorld, end: CiliumEnd, other: CiliumEnd): Identity[] {
  if ('ip' in end) return [{ labels: [reserved('world')], managed: 'no', ip: end.ip }]
  if ('place' in end) return [machine(world, end.place, end.labels)]
  if ('reserved' in end) return reservedIdentities(world, end.reserved)
  const object = podAt(world, end)
  if (asLoose(object.spec).hostNetwork !== true) return [podIdentity(world, object)]
  const node = asLoose(object.spec).nodeName
  const labels = world.objects.find(({ kind, metadata }) => kind === 'Node' && metadata.name === node)?.metadata.labels
  return placesOf(world, node, other).map((place) => machine(world, place, labels ?? {}))
}

function podAt({ objects }: World, { namespace, pod }: { readonly namespace: string; readonly pod: string }) {
  const found = objects.find(
    ({ kind, metadata }) => kind === 'Pod' && metadata.name === pod && (metadata.namespace ?? 'default') === namespace,
  )
  if (found === undefined) throw new Error(`no pod ${namespace}/${pod}`)
  return found
}

/** Where a machine stands for the other end: another one on the network of its machine is known to be elsewhere. */
function placesOf(world: CiliumWorld, node: unknown, other: CiliumEnd): readonly ('own' | 'other')[] {
  if (!('pod' in other)) return ['own', 'other']
  const elsewhere = asLoose(podAt(world, other).spec).nodeName
  if (elsewhere === undefined) return ['own', 'other']
  return elsewhere === node ? ['own'] : ['other']
}

function machine({ hostFirewall }: CiliumWorld, place: 'own' | 'other', labels: PlainLabels): Identity {
  return {
    labels: [reserved(place === 'own' ? 'host' : 'remote-node')],
    managed: hostFirewall ? 'as machine' : 'no',
    machine: labels,
  }
}

function podIdentity(world: CiliumWorld, { metadata, spec }: PlainObject): Identity {
  const { namespace = 'default', labels = {} } = metadata
  const account = asLoose(spec).serviceAccountName
  const derived = {
    [NAMESPACE]: namespace,
    [CLUSTER]: 'default',
    [SERVICE_ACCOUNT]: typeof account === 'string' && account !== '' ? account : 'default',
  }
  const pairs = [
    ...Object.entries(labels).filter(([key]) => isIdentityRelevant(key)),
    ...Object.entries(world.namespaceLabels(namespace)).map(([key, value]) => [`${NAMESPACE_LABELS}${key}`, value]),
    ...Object.entries(derived),
  ] as [string, string][]
  return {
    labels: pairs.map(([key, value]) => ({ source: 'k8s', key, value })),
    managed: 'as pod',
    namespace,
    ports: asList(asLoose(spec).containers).flatMap(({ ports }) => asList(ports).map(portOf)),
  }
}

const portOf = ({ name, protocol, containerPort }: Loose): PlainPod['ports'][number] => ({
  name: typeof name === 'string' ? name : undefined,
  protocol: typeof protocol === 'string' ? protocol : 'TCP',
  number: Number(containerPort),
})

/** Labels of machines that are enough to tell apart what the generated policies tell apart. */
const anyLabels: readonly PlainLabels[] = ['web', 'checkout', undefined].flatMap((app) =>
  ['web', 'checkout', undefined].map((tier) => ({
    ...(app === undefined ? {} : { app }),
    ...(tier === undefined ? {} : { tier }),
  })),
)
/** Nobody wrote down which family an API server outside has; the engine takes it for IPv4, and so does this. */
const anyAddresses = [
  '10.0.1.5',
  '10.0.1.99',
  '10.9.9.9',
  '203.0.113.7',
  '203.0.113.200',
  '198.51.100.9',
  '192.168.7.1',
]

function reservedIdentities(world: CiliumWorld, name: Reserved): Identity[] {
  const server = reserved('kube-apiserver')
  if (name === 'unmanaged') return [{ labels: [reserved(name)], managed: 'no' }]
  if (name !== 'kube-apiserver') return [{ labels: [reserved(name)], managed: 'as pod' }]
  if (world.apiServer === 'outside')
    return anyAddresses.map((ip) => ({ labels: [server, reserved('world')], managed: 'no', ip }))
  const labelled = world.nodeSelectors || world.hostFirewall ? anyLabels : [{}]
  return (['own', 'other'] as const).flatMap((place) =>
    labelled.map((labels) => {
      const where = machine(world, place, labels)
      return { ...where, labels: [server, ...where.labels] }
    }),
  )
}

const included = [NAMESPACE, NAMESPACE_LABELS.slice(0, -1), 'app.kubernetes.io', CLUSTER, SERVICE_ACCOUNT]
const ignored = [
  'io.kubernetes',
  'kubernetes.io',
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
  'batch.kubernetes.io/job-completion-index',
  'batch.kubernetes.io/controller-uid',
  'k8s.io',
  'pod-template-generation',
  'pod-template-hash',
  'controller-revision-hash',
  'controller-uid',
  'annotation',
  'etcd_node',
  'topology.kubernetes.io',
]

/** Whether the default filter leaves a label to policies: ignored unless a longer start is included. */
function isIdentityRelevant(key: string): boolean {
  const beta = key.lastIndexOf('beta.kubernetes.io')
  const reach = beta === -1 ? 0 : beta + 'beta.kubernetes.io'.length
  const longest = (starts: readonly string[]): number =>
    Math.max(0, ...starts.filter((start) => key.startsWith(start)).map(({ length }) => length))
  const ignoredUpTo = Math.max(reach, longest(ignored))
  return ignoredUpTo === 0 || longest(included) > ignoredUpTo
}

/** Whether labels fit a selector, whose keys may name the source of the label they mean. */
export function identitySelects(selector: unknown, labels: readonly SourcedLabel[]): boolean {
  const { matchLabels, matchExpressions } = asLoose(selector)
  const valuesOf = (written: string): string[] => {
    const { source, key } = sourced(written)
    const meant = labels.filter((label) => label.key === key && (source === 'any' || label.source === source))
    return meant.map(({ value }) => value)
  }
  return (
    Object.entries(asLoose(matchLabels)).every(([key, value]) => valuesOf(key).includes(String(value))) &&
    asList(matchExpressions).every(({ key, operator, values }) => {
      const found = valuesOf(String(key))
      const listed = found.some((value) => Array.isArray(values) && values.includes(value))
      if (operator === 'In') return listed
      if (operator === 'NotIn') return !listed
      return (operator === 'Exists') === found.length > 0
    })
  )
}

/** The text before the first colon is the source; without one any will do. */
export function sourced(written: string): { readonly source: string; readonly key: string } {
  const colon = written.indexOf(':')
  return colon === -1
    ? { source: 'any', key: written }
    : { source: written.slice(0, colon), key: written.slice(colon + 1) }
}

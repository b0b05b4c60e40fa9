/**
 * Decides single packets by reading the objects one by one, as the API describes NetworkPolicy. It shares no code with
 * the engine and knows neither classes nor sets: slow, and plain enough to be checked by reading.
 * Not decided here: traffic of a pod with itself, and of a pod with its own node.
 */

export interface PlainObject {
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Readonly<Record<string, string>>
  }
  // The evaluator walks through manifests as they stand.
  readonly spec?: Loose
  readonly status?: Loose
}

export interface Packet {
  readonly from: PacketEnd
  readonly to: PacketEnd
  readonly protocol: 'TCP' | 'UDP' | 'SCTP'
  readonly port: number
}

export type PacketEnd = { readonly namespace: string; readonly pod: string } | { readonly ip: string }

interface Loose {
  readonly [field: string]: unknown
}

interface Pod {
  readonly namespace: string
  readonly labels: Readonly<Record<string, string>>
  readonly ip: string | undefined
  readonly hostNetwork: boolean
  readonly ports: readonly { readonly name: string | undefined; readonly protocol: string; readonly number: number }[]
}

interface End {
  readonly pod: Pod | undefined
  readonly ip: string | undefined
}

interface World {
  readonly namespaceLabels: (name: string) => Readonly<Record<string, string>>
  readonly policies: readonly PlainObject[]
}

const asLoose = (value: unknown): Loose => (typeof value === 'object' && value !== null ? (value as Loose) : {})
const asList = (value: unknown): readonly Loose[] => (Array.isArray(value) ? value.map(asLoose) : [])
const isGiven = (value: unknown): boolean => value !== undefined && value !== null

/** Whether the packet arrives: what the source may send and what the destination takes in. */
export function packetArrives(objects: readonly PlainObject[], packet: Packet): boolean {
  const world: World = {
    namespaceLabels: (name) => ({
      ...objects.find(({ kind, metadata }) => kind === 'Namespace' && metadata.name === name)?.metadata.labels,
      'kubernetes.io/metadata.name': name,
    }),
    policies: objects.filter(({ kind }) => kind === 'NetworkPolicy'),
  }
  const from = endOf(objects, packet.from)
  const to = endOf(objects, packet.to)
  return mayPass(world, 'Egress', from, to, to, packet) && mayPass(world, 'Ingress', to, from, to, packet)
}

function endOf(objects: readonly PlainObject[], end: PacketEnd): End {
  if ('ip' in end) return { pod: undefined, ip: end.ip }
  const found = objects.find(
    ({ kind, metadata }) => kind === 'Pod' && metadata.name === end.pod && metadata.namespace === end.namespace,
  )
  if (found === undefined) throw new Error(`no pod ${end.namespace}/${end.pod}`)
  const pod = podOf(found)
  return { pod, ip: pod.ip }
}

function podOf({ metadata, spec, status }: PlainObject): Pod {
  const ports = asList(spec?.containers).flatMap((container) => asList(container.ports))
  return {
    namespace: metadata.namespace ?? 'default',
    labels: metadata.labels ?? {},
    ip: typeof status?.podIP === 'string' ? status.podIP : undefined,
    hostNetwork: spec?.hostNetwork === true,
    ports: ports.map(({ name, protocol, containerPort }) => ({
      name: typeof name === 'string' ? name : undefined,
      protocol: typeof protocol === 'string' ? protocol : 'TCP',
      number: Number(containerPort),
    })),
  }
}

/** One direction: an end that no policy isolates lets everything pass, an isolated one what some rule allows. */
function mayPass(
  world: World,
  type: 'Ingress' | 'Egress',
  subject: End,
  peer: End,
  destination: End,
  packet: Packet,
): boolean {
  const { pod } = subject
  if (pod === undefined || pod.hostNetwork) return true
  const isolating = world.policies.filter(
    ({ metadata, spec }) =>
      (metadata.namespace ?? 'default') === pod.namespace &&
      typesOf(spec).includes(type) &&
      selects(asLoose(spec?.podSelector), pod.labels),
  )
  if (isolating.length === 0) return true
  return isolating.some((policy) => {
    const rules = asList(type === 'Ingress' ? policy.spec?.ingress : policy.spec?.egress)
    const own = policy.metadata.namespace ?? 'default'
    return rules.some((rule) => ruleAllows(world, own, rule, type, peer, destination, packet))
  })
}

function typesOf(spec: Loose | undefined): readonly unknown[] {
  const written = spec?.policyTypes
  if (Array.isArray(written) && written.length > 0) return written
  return asList(spec?.egress).length > 0 ? ['Ingress', 'Egress'] : ['Ingress']
}

function ruleAllows(
  world: World,
  own: string,
  rule: Loose,
  type: 'Ingress' | 'Egress',
  peer: End,
  destination: End,
  packet: Packet,
): boolean {
  const peers = asList(type === 'Ingress' ? rule.from : rule.to)
  const ports = asList(rule.ports)
  const peerFits = peers.length === 0 || peers.some((item) => peerMatches(world, own, item, peer))
  return peerFits && (ports.length === 0 || ports.some((item) => portMatches(item, destination, packet)))
}

function peerMatches(world: World, own: string, item: Loose, { pod, ip }: End): boolean {
  if (isGiven(item.ipBlock)) return ip !== undefined && blockHolds(asLoose(item.ipBlock), ip)
  if (pod === undefined || pod.hostNetwork) return false
  const namespaceFits = isGiven(item.namespaceSelector)
    ? selects(asLoose(item.namespaceSelector), world.namespaceLabels(pod.namespace))
    : pod.namespace === own
  return namespaceFits && (!isGiven(item.podSelector) || selects(asLoose(item.podSelector), pod.labels))
}

function portMatches({ protocol, port, endPort }: Loose, { pod }: End, packet: Packet): boolean {
  if ((protocol ?? 'TCP') !== packet.protocol) return false
  if (!isGiven(port)) return true
  if (typeof port === 'number')
    return packet.port >= port && packet.port <= (typeof endPort === 'number' ? endPort : port)
  return (
    pod?.ports.some(
      ({ name, protocol: declared, number }) => name === port && declared === packet.protocol && number === packet.port,
    ) === true
  )
}

function selects(selector: Loose, labels: Readonly<Record<string, string>>): boolean {
  const pairs = Object.entries(asLoose(selector.matchLabels))
  return (
    pairs.every(([key, value]) => labels[key] === value) &&
    asList(selector.matchExpressions).every((item) => requirementHolds(item, labels))
  )
}

function requirementHolds({ key, operator, values }: Loose, labels: Readonly<Record<string, string>>): boolean {
  const value = labels[String(key)]
  const listed = Array.isArray(values) && value !== undefined && values.includes(value)
  switch (operator) {
    case 'In':
      return listed
    case 'NotIn':
      return !listed
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    default:
      throw new Error(`no operator ${String(operator)}`)
  }
}

function blockHolds({ cidr, except }: Loose, ip: string): boolean {
  const excluded: readonly unknown[] = Array.isArray(except) ? except : []
  return prefixHolds(String(cidr), ip) && !excluded.some((item) => prefixHolds(String(item), ip))
}

/** Compares the leading bits as text. */
function prefixHolds(cidr: string, ip: string): boolean {
  const [address, length] = cidr.split('/')
  return bitsOf(address ?? '').slice(0, Number(length)) === bitsOf(ip).slice(0, Number(length))
}

const bitsOf = (ip: string): string =>
  ip
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('')

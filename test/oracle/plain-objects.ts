/** Manifests as plain values, and what single packets meet in them. Shares no code with the engine. */
export interface PlainObject {
  readonly kind: string
  readonly apiVersion?: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: PlainLabels
  }
  // The evaluator walks through manifests as they stand.
  readonly spec?: Loose
  readonly status?: Loose
}

export type PlainLabels = Readonly<Record<string, string>>

export interface Loose {
  readonly [field: string]: unknown
}

export interface Packet {
  readonly from: PacketEnd
  readonly to: PacketEnd
  readonly protocol: 'TCP' | 'UDP' | 'SCTP' | 'ICMP'
  /** Destination port; of ICMP the type and code as one number, type first. */
  readonly port: number
}

/** A pod by its name, an address outside, or a pod that nobody declared, in a namespace by name. */
export type PacketEnd =
  | { readonly namespace: string; readonly pod: string }
  | { readonly ip: string }
  | { readonly namespace: string; readonly unseen: PlainLabels }

/** One end of a packet as policies see it. */
export interface End {
  readonly pod: PlainPod | undefined
  readonly ip: string | undefined
  /** Labels of the machine that has the address, where a Node says so. */
  readonly machine: PlainLabels | undefined
}

export interface PlainPod {
  readonly namespace: string
  readonly labels: PlainLabels
  readonly hostNetwork: boolean
  readonly account: string
  readonly ports: readonly { readonly name: string | undefined; readonly protocol: string; readonly number: number }[]
}

export interface Question {
  /** The end whose policies are asked. */
  readonly subject: End
  readonly peer: End
  readonly destination: End
  readonly direction: 'Ingress' | 'Egress'
  readonly packet: Packet
}

export interface World {
  readonly objects: readonly PlainObject[]
  readonly namespaceLabels: (name: string) => PlainLabels
}

export const asLoose = (value: unknown): Loose => (typeof value === 'object' && value !== null ? (value as Loose) : {})
export const asList = (value: unknown): readonly Loose[] => (Array.isArray(value) ? value.map(asLoose) : [])
export const isGiven = (value: unknown): boolean => value !== undefined && value !== null

/** `annexes`: namespaces that no manifest declares, with their labels. */
export function worldOf(objects: readonly PlainObject[], annexes: Readonly<Record<string, PlainLabels>> = {}): World {
  const declared = (name: string): PlainLabels | undefined =>
    objects.find(({ kind, metadata }) => kind === 'Namespace' && metadata.name === name)?.metadata.labels
  return {
    objects,
    namespaceLabels: (name) => ({ ...(declared(name) ?? annexes[name]), 'kubernetes.io/metadata.name': name }),
  }
}

export function endOf({ objects }: World, end: PacketEnd): End {
  if ('unseen' in end) {
    const pod = { namespace: end.namespace, labels: end.unseen, hostNetwork: false, account: 'default', ports: [] }
    return { pod, ip: undefined, machine: undefined }
  }
  if ('ip' in end) return { pod: undefined, ip: end.ip, machine: machineAt(objects, end.ip) }
  const found = objects.find(
    ({ kind, metadata }) => kind === 'Pod' && metadata.name === end.pod && metadata.namespace === end.namespace,
  )
  if (found === undefined) throw new Error(`no pod ${end.namespace}/${end.pod}`)
  const pod = podOf(found)
  const ip = typeof found.status?.podIP === 'string' ? found.status.podIP : undefined
  return { pod, ip, machine: pod.hostNetwork && ip !== undefined ? machineAt(objects, ip) : undefined }
}

function machineAt(objects: readonly PlainObject[], ip: string): PlainLabels | undefined {
  const found = objects.find(
    ({ kind, status }) => kind === 'Node' && asList(status?.addresses).some(({ address }) => address === ip),
  )
  return found === undefined ? undefined : (found.metadata.labels ?? {})
}

function podOf({ metadata, spec }: PlainObject): PlainPod {
  const ports = asList(spec?.containers).flatMap((container) => asList(container.ports))
  return {
    namespace: metadata.namespace ?? 'default',
    labels: metadata.labels ?? {},
    hostNetwork: spec?.hostNetwork === true,
    account: typeof spec?.serviceAccountName === 'string' ? spec.serviceAccountName : 'default',
    ports: ports.map(({ name, protocol, containerPort }) => ({
      name: typeof name === 'string' ? name : undefined,
      protocol: typeof protocol === 'string' ? protocol : 'TCP',
      number: Number(containerPort),
    })),
  }
}

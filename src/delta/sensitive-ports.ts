import type { YamlNode } from '../manifests/node.ts'
import type { Resource } from '../manifests/resource.ts'
import type { Workload } from '../model/cluster.ts'
import type { ConnectionSet } from '../sets/connection-set.ts'

/** Who may reach a port without anybody being asked: pods of its own namespace, or nobody. */
export type AllowedScope = 'nobody' | 'namespace'

/** A service that gives away data or control when reached by the wrong peer. */
export interface SensitivePort {
  readonly first: number
  readonly last: number
  /** What usually listens there. */
  readonly what: string
  readonly group:
    | 'control plane'
    | 'container runtime'
    | 'database'
    | 'secrets'
    | 'remote access'
    | 'debugger'
    | 'dashboard'
  readonly allowed: AllowedScope
  /** Ports that many harmless programs use as well count for sure only where a name or an image says so. */
  readonly hint: RegExp | undefined
  /** Ports that nearly everything uses count only where the hint says so. */
  readonly onlyHinted: boolean
}

type Row = readonly [ports: number | readonly [number, number], what: string, hint?: RegExp, only?: 'only']

function group(name: SensitivePort['group'], allowed: AllowedScope, rows: readonly Row[]): SensitivePort[] {
  return rows.map(([ports, what, hint, only]) => {
    const [first, last] = typeof ports === 'number' ? [ports, ports] : ports
    return { first, last, what, group: name, allowed, hint, onlyHinted: only !== undefined }
  })
}

/** TCP ports; an ambiguous one carries the words that make it sure. */
export const sensitivePorts: readonly SensitivePort[] = [
  ...group('control plane', 'nobody', [
    [6443, 'the Kubernetes API'],
    [[2379, 2380], 'etcd'],
    [10250, 'the kubelet', /kubelet/i],
    [10255, 'the read-only kubelet'],
    [10257, 'the controller manager'],
    [10259, 'the scheduler'],
    [10249, 'kube-proxy metrics'],
    [8001, 'kubectl proxy', /kubectl|kube-?proxy|dashboard/i],
  ]),
  ...group('container runtime', 'nobody', [
    [[2375, 2376], 'the Docker API'],
    [44134, 'Tiller'],
  ]),
  ...group('database', 'namespace', [
    [1433, 'SQL Server'],
    [1521, 'Oracle'],
    [3306, 'MySQL'],
    [5432, 'PostgreSQL'],
    [5984, 'CouchDB'],
    [6379, 'Redis'],
    [[7000, 7001], 'Cassandra between nodes', /cassandra|scylla/i],
    [7199, 'Cassandra JMX'],
    [8086, 'InfluxDB', /influx/i],
    [8123, 'ClickHouse', /clickhouse/i],
    [9042, 'Cassandra'],
    [9092, 'Kafka'],
    [9200, 'Elasticsearch'],
    [9300, 'Elasticsearch between nodes'],
    [11211, 'Memcached'],
    [26257, 'CockroachDB'],
    [[27017, 27019], 'MongoDB'],
    [2181, 'ZooKeeper'],
    [4222, 'NATS'],
    [5672, 'AMQP'],
    [15672, 'the RabbitMQ console'],
  ]),
  ...group('secrets', 'namespace', [
    [8200, 'Vault', /vault|openbao/i],
    [8500, 'Consul', /consul/i],
    [8600, 'Consul DNS', /consul/i],
    [389, 'LDAP'],
    [636, 'LDAPS'],
  ]),
  ...group('remote access', 'nobody', [
    [[20, 21], 'FTP'],
    [22, 'SSH'],
    [23, 'Telnet'],
    [25, 'SMTP'],
    [111, 'the port mapper'],
    [139, 'NetBIOS'],
    [143, 'IMAP'],
    [445, 'SMB'],
    [873, 'rsync'],
    [2049, 'NFS'],
    [3389, 'RDP'],
    [5900, 'VNC'],
    [[5985, 5986], 'WinRM'],
  ]),
  ...group('debugger', 'nobody', [
    [5005, 'a Java debugger'],
    [9229, 'the Node.js inspector'],
    [2345, 'Delve', /dlv|delve|debug/i],
    [6060, 'Go pprof', /pprof|debug/i],
    [1099, 'Java RMI'],
    [9010, 'JMX', /jmx/i],
  ]),
  ...group('dashboard', 'namespace', [
    [3000, 'Grafana', /grafana|gitea|metabase/i],
    [5601, 'Kibana'],
    [8443, 'a dashboard', /dashboard|nifi|rancher|unifi/i],
    [9090, 'Prometheus', /prometheus|thanos|cockpit/i],
    [9093, 'Alertmanager', /alertmanager/i],
    [15000, 'the Envoy admin interface'],
    [16686, 'Jaeger'],
    [2746, 'Argo Workflows'],
    [8265, 'Ray', /\bray/i],
    [8888, 'a notebook', /jupyter|notebook|kubeflow/i],
    [11434, 'Ollama'],
    [8080, 'a console', /jenkins|nifi|kubeflow|weave-?scope|airflow/i, 'only'],
    [5000, 'MLflow', /mlflow/i, 'only'],
    [8000, 'vLLM or JupyterHub', /vllm|jupyterhub/i, 'only'],
  ]),
]

const byPort = new Map(sensitivePorts.flatMap((row) => numbers(row).map((port) => [port, row] as const)))

function numbers({ first, last }: SensitivePort): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

/** A sensitive port a workload listens on, and whether its name or image leaves no doubt about it. */
export interface SensitiveListener {
  readonly workload: Workload
  readonly port: number
  readonly sensitive: SensitivePort
  readonly sure: boolean
}

interface Listening {
  readonly served: readonly ConnectionSet[]
  readonly listeners: readonly SensitiveListener[]
}

const listening = new WeakMap<Workload, Listening>()

/** Sensitive ports among those a workload declares, and among those that Services lead to: mostly the same on both sides. */
export function sensitiveListeners(workload: Workload, served: readonly ConnectionSet[]): readonly SensitiveListener[] {
  const known = listening.get(workload)
  const isKnown = known?.served.length === served.length && known.served.every((set, place) => set === served[place])
  if (isKnown) return known.listeners
  const listeners = findListeners(workload, served)
  listening.set(workload, { served, listeners })
  return listeners
}

function findListeners(workload: Workload, served: readonly ConnectionSet[]): SensitiveListener[] {
  const declared = workload.ports.filter(({ protocol }) => protocol === 'TCP').map(({ port }) => port)
  const targets = served.filter((set) => !set.isAll).flatMap((set) => singlePorts(set))
  const ports = [...new Set([...declared, ...targets])].sort((a, b) => a - b)
  return ports.flatMap((port) => {
    const sensitive = byPort.get(port)
    if (sensitive === undefined) return []
    const sure = isSure(workload, sensitive)
    return sure || !sensitive.onlyHinted ? [{ workload, port, sensitive, sure }] : []
  })
}

/** Services name single ports, so the ends of the intervals are the ports. */
const singlePorts = (set: ConnectionSet): readonly number[] => set.portsOf('TCP').numbers

function isSure({ id, resource }: Workload, { hint }: SensitivePort): boolean {
  return hint === undefined || hint.test(id.name) || imagesOf(resource).some((image) => hint.test(image))
}

const images = new WeakMap<Resource, readonly string[]>()

function imagesOf(resource: Resource): readonly string[] {
  const known = images.get(resource)
  if (known !== undefined) return known
  const found: string[] = []
  collectImages(resource.node, found)
  images.set(resource, found)
  return found
}

/** Text of every `image` field. */
function collectImages(node: YamlNode, found: string[]): void {
  if (node.kind === 'sequence') for (const item of node.items) collectImages(item, found)
  if (node.kind !== 'mapping') return
  for (const { name, value } of node.entries) {
    if (name === 'image' && value.kind === 'scalar') found.push(String(value.value))
    else collectImages(value, found)
  }
}

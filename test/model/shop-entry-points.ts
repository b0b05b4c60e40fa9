import { parseManifests } from '../../src/manifests/parse-manifests.ts'
import { buildCluster } from '../../src/model/build-cluster.ts'
import type { Cluster, Service } from '../../src/model/cluster.ts'
import type { EntryPoint } from '../../src/model/entry-point.ts'
import { entryPointsOf } from '../../src/model/entry-points.ts'
import { defaultProfile } from '../../src/model/network-profile.ts'
import { endpointsOf, targetOf } from '../../src/model/service-endpoints.ts'
import type { Diagnostic } from '../../src/source/diagnostic.ts'
import { startLine, textOf } from '../../src/source/span.ts'

/** The shop: a web front, and the cart and payments behind it, whose ports of one name have different numbers. */
const shop = `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: store}}
---
apiVersion: v1
kind: Namespace
metadata: {name: edge, labels: {team: platform}}
---
apiVersion: v1
kind: Namespace
metadata: {name: visitors, labels: {}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web, layer: front}}
    spec: {containers: [{name: web, image: web, ports: [{name: http, containerPort: 8000}]}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart, layer: back}}
    spec:
      containers:
        - name: cart
          image: cart
          ports:
            - {name: http, containerPort: 8001}
            - {name: lookup, containerPort: 5353, protocol: UDP}
            - {name: stats, containerPort: 9100}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: payments, namespace: shop}
spec:
  selector: {matchLabels: {app: payments}}
  template:
    metadata: {labels: {app: payments, layer: back}}
    spec: {containers: [{name: payments, image: payments, ports: [{name: http, containerPort: 8002}]}]}
`

export interface Shop {
  readonly cluster: Cluster
  readonly entryPoints: readonly EntryPoint[]
  readonly diagnostics: readonly Diagnostic[]
}

/** The shop with further manifests, and everything that was found wrong with these. */
export function shopWith(manifests: string, { open = false }: { readonly open?: boolean } = {}): Shop {
  const files = [
    { path: 'shop.yaml', text: shop },
    { path: 'change.yaml', text: manifests },
  ].map((file) => parseManifests(file))
  const resources = files.flatMap((file) => file.resources)
  const cluster = buildCluster({ name: 'shop', open, profile: defaultProfile, resources })
  const { entryPoints, diagnostics } = entryPointsOf(cluster)
  const problems = [...files.flatMap((file) => file.diagnostics), ...cluster.diagnostics, ...diagnostics]
  return { cluster, entryPoints, diagnostics: problems }
}

/** `load-balancer internet → shop/web TCP 8000`, one line for each entry point. */
export function showEntries({ entryPoints }: Pick<Shop, 'entryPoints'>): readonly string[] {
  return entryPoints.map(({ kind, scope, backends }) => {
    const targets = backends.map(
      ({ workload: { id }, connections }) => `${id.namespace}/${id.name} ${connections.show()}`,
    )
    return `${kind} ${scope} → ${targets.join(' + ') || 'nobody'}`
  })
}

/** `service-refused: metadata.name …` as code and the text it points at. */
export function showProblems({ diagnostics }: Pick<Shop, 'diagnostics'>): readonly string[] {
  return diagnostics.map(({ code, span }) => `${code} at ${textOf(span)}`)
}

export function codesOf({ diagnostics }: Pick<Shop, 'diagnostics'>): readonly string[] {
  return diagnostics.map(({ code }) => code)
}

/** Line of `change.yaml` on which an entry point is opened. */
export function lineOf(entry: EntryPoint | undefined): number | undefined {
  return entry === undefined ? undefined : startLine(entry.span)
}

export function serviceNamed({ cluster }: Shop, name: string): Service {
  const service = cluster.services.find(({ id }) => id.name === name)
  if (service === undefined) throw new Error(`no Service ${name}`)
  return service
}

/** Where each port of a Service leads: `http → shop/web TCP 8000`. */
export function showEndpoints(shop: Shop, name: string): readonly string[] {
  const service = serviceNamed(shop, name)
  return service.ports.flatMap((port) =>
    endpointsOf(service, shop.cluster)
      .map(({ workload }) => ({ workload, connections: targetOf(port, workload) }))
      .filter(({ connections }) => !connections.isEmpty)
      .map(({ workload: { id }, connections }) => `${port.port} → ${id.namespace}/${id.name} ${connections.show()}`),
  )
}

import { type AnalysedCluster, analyzeCluster } from '../../src/delta/analyze-cluster.ts'
import type { Cause } from '../../src/delta/cause.ts'
import type { Delta } from '../../src/delta/delta.ts'
import { parseManifests } from '../../src/manifests/parse-manifests.ts'
import type { Resource } from '../../src/manifests/resource.ts'
import { defaultProfile, type NetworkProfile } from '../../src/model/network-profile.ts'
import { startLine } from '../../src/source/span.ts'

export type Manifests = Readonly<Record<string, string>>

function resourcesOf(manifests: Manifests): Resource[] {
  return Object.entries(manifests).flatMap(([path, text]) => [...parseManifests({ path, text }).resources])
}

/** Analyses two versions of the shop as one closed cluster. */
export function analyse(base: Manifests, head: Manifests, profile: Partial<NetworkProfile> = {}): AnalysedCluster {
  return analyzeCluster({
    name: 'shop',
    open: false,
    profile: { ...defaultProfile, ipBlockMatchesPods: 'no', ...profile },
    base: resourcesOf(base),
    head: resourcesOf(head),
  })
}

export function deltaOf(base: Manifests, head: Manifests, profile: Partial<NetworkProfile> = {}): Delta {
  const { delta } = analyse(base, head, profile)
  if (delta === undefined) throw new Error('both sides are there, so there is a delta')
  return delta
}

/** `head policies.yaml:12 NetworkPolicy shop/web: ingress rule 1, to was removed`. */
export function showCause({ at, text }: Cause): string {
  return `${at.side} ${at.span.file.path}:${startLine(at.span)} ${text}`
}

/** Namespaces shop and ops, with web, checkout and monitor; policies are added by the tests. */
export const shop = `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: shop}}
---
apiVersion: v1
kind: Namespace
metadata: {name: ops, labels: {team: ops}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: web
          ports: [{name: http, containerPort: 8080}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: checkout, namespace: shop}
spec:
  template:
    metadata:
      labels: {app: checkout}
    spec:
      containers:
        - name: checkout
          ports: [{name: http, containerPort: 8081}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: monitor, namespace: ops}
spec:
  template:
    metadata:
      labels: {app: monitor}
    spec:
      containers: [{name: monitor}]
`

/** A NetworkPolicy of the shop with the given spec, indented by two. */
export function policy(name: string, spec: string, namespace = 'shop'): string {
  const body = spec
    .trim()
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n')
  return `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: ${name}\n  namespace: ${namespace}\nspec:\n${body}\n`
}

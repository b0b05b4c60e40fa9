import { ciliumPolicy, closedNamespace, clusterwideDns } from './cilium-policy.ts'

/** A generated shop: files by path, and what a pull request to it changes. */
export interface GeneratedShop {
  readonly files: ReadonlyMap<string, string>
  /** New text of the files that the change with an effect on the whole cluster touches. */
  readonly clusterWide: ReadonlyMap<string, string>
  /** New text of the one file that the small change touches. */
  readonly oneFile: ReadonlyMap<string, string>
  readonly workloads: number
  readonly policies: number
  readonly namespaces: number
}

const WORKLOADS_PER_NAMESPACE = 30
const POLICIES_PER_NAMESPACE = 10
const TEAMS = 12

/** Whose policies the shop is written in. */
export const policyLanguages = ['kubernetes', 'cilium'] as const
export type PolicyLanguage = (typeof policyLanguages)[number]

/** A shop of at least so many workloads, in full namespaces. Every policy has a subject and peers of its own. */
export function generateShop(wanted: number, language: PolicyLanguage = 'kubernetes'): GeneratedShop {
  const namespaces = Math.ceil(wanted / WORKLOADS_PER_NAMESPACE)
  const workloads = namespaces * WORKLOADS_PER_NAMESPACE
  const policies = namespaces * POLICIES_PER_NAMESPACE
  const files = new Map<string, string>([
    ['cluster/monitoring/namespace.yaml', namespace('monitoring', 'observers')],
    ['cluster/kube-system/namespace.yaml', namespace('kube-system', 'platform')],
  ])
  for (let index = 0; index < namespaces; index++) {
    files.set(`cluster/${area(index)}/namespace.yaml`, namespace(area(index), `team-${index % TEAMS}`))
  }
  for (let index = 0; index < workloads; index++) {
    files.set(`cluster/${area(index % namespaces)}/${app(index)}.yaml`, workload(index, area(index % namespaces)))
  }
  for (let index = 0; index < policies; index++) {
    files.set(`cluster/${area(index % namespaces)}/policy-${index}.yaml`, policy(index, namespaces, language))
  }
  if (language === 'cilium') files.set('cluster/kube-system/dns.yaml', clusterwideDns)
  const changed = `cluster/${area(1 % namespaces)}/policy-1.yaml`
  return {
    files,
    clusterWide: new Map([['cluster/monitoring/namespace.yaml', namespace('monitoring', 'team-0')]]),
    oneFile: new Map([[changed, (files.get(changed) as string).replace(/port: ("?)8080/g, 'port: $19090')]]),
    workloads,
    policies: policies + (language === 'cilium' ? 1 : 0),
    namespaces,
  }
}

const area = (index: number): string => `area-${index}`
const app = (index: number): string => `app-${index}`

function namespace(name: string, team: string): string {
  return `apiVersion: v1
kind: Namespace
metadata:
  name: ${name}
  labels:
    team: ${team}
`
}

function workload(index: number, home: string): string {
  const name = app(index)
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  namespace: ${home}
  labels:
    app: ${name}
    app.kubernetes.io/part-of: shop
spec:
  replicas: 2
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
        tier: tier-${index % 5}
        app.kubernetes.io/part-of: shop
    spec:
      serviceAccountName: ${name}
      containers:
        - name: main
          image: registry.invalid/shop/${name}:1.${index % 40}.0
          ports:
            - name: http
              containerPort: 8080
            - name: metrics
              containerPort: 9090
          env:
            - name: LOG_LEVEL
              value: info
            - name: CATALOG_URL
              value: "http://catalog.${home}.svc:8080"
            - name: REGION
              valueFrom:
                configMapKeyRef:
                  name: settings
                  key: region
          resources:
            requests:
              cpu: 100m
              memory: 128Mi
            limits:
              memory: 256Mi
          readinessProbe:
            httpGet:
              path: /ready
              port: http
            periodSeconds: 5
          livenessProbe:
            httpGet:
              path: /alive
              port: http
            initialDelaySeconds: 10
      securityContext:
        runAsNonRoot: true
---
apiVersion: v1
kind: Service
metadata:
  name: ${name}
  namespace: ${home}
spec:
  selector:
    app: ${name}
  ports:
    - name: http
      port: 80
      targetPort: http
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: ${name}
  namespace: ${home}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}
  namespace: ${home}
data:
${settings(name)}---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: ${name}
  namespace: ${home}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: ${name}}
  minReplicas: 2
  maxReplicas: 10
  metrics:
    - type: Resource
      resource:
        name: cpu
        target: {type: Utilization, averageUtilization: 70}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: ${name}
  namespace: ${home}
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: ${name}
`
}

/** The bulk of most repositories: text that says nothing about the network. */
function settings(name: string): string {
  return Array.from({ length: 60 }, (_, index) => `  ${name}.setting-${index}: "value of setting ${index}"\n`).join('')
}

/**
 * In every third namespace the first policy denies by default; each other policy speaks of a workload of its own, a
 * neighbour and one of another namespace, so that policies tell every workload of a namespace from the others.
 */
function policy(index: number, namespaces: number, language: PolicyLanguage): string {
  const home = index % namespaces
  const number = Math.floor(index / namespaces)
  const head = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: policy-${index}
  namespace: ${area(home)}
spec:
`
  const isClosed = number === 0 && index % 3 === 0
  if (isClosed && language === 'cilium') return closedNamespace(area(home), `policy-${index}`)
  if (isClosed) return `${head}  podSelector: {}\n  policyTypes: [Ingress, Egress]\n`
  const abroad = (home + 13 * (number + 1)) % namespaces
  const neighbour = app(home + (POLICIES_PER_NAMESPACE + number) * namespaces)
  const foreign = app(abroad + (2 * POLICIES_PER_NAMESPACE + number) * namespaces)
  const team = `team-${index % TEAMS}`
  if (language === 'cilium')
    return ciliumPolicy({
      index,
      home: area(home),
      subject: app(index),
      neighbour,
      foreign,
      abroad: area(abroad),
      team,
    })
  return `${head}  podSelector:
    matchLabels:
      app: ${app(index)}
  policyTypes: [Ingress, Egress]
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app: ${neighbour}
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: ${area(abroad)}
          podSelector:
            matchLabels:
              app: ${foreign}
      ports:
        - port: 8080
    - from:
        - namespaceSelector:
            matchLabels:
              team: ${team}
      ports:
        - port: 8443
    - from:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: monitoring
      ports:
        - port: metrics
  egress:
    - to:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: kube-system
      ports:
        - {port: 53, protocol: UDP}
        - {port: 53}
    - to:
        - ipBlock:
            cidr: 198.51.${index % 256}.0/24
      ports:
        - port: 443
`
}

import type { Files } from '../github-emulator/git-repository.ts'

const namespace = (name: string): string => `apiVersion: v1
kind: Namespace
metadata:
  name: ${name}
  labels: {team: ${name}}
`

export const deployment = (namespace: string, name: string, port: number): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  selector:
    matchLabels: {app: ${name}}
  template:
    metadata:
      labels: {app: ${name}}
    spec:
      containers:
        - name: ${name}
          image: registry.example/${namespace}/${name}:1.0.0
          ports:
            - containerPort: ${port}
`

/** Isolates every pod of a namespace in both directions, names being left to look up. */
const defaultDeny = (namespace: string): string => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: default-deny
  namespace: ${namespace}
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  egress:
    - to:
        - namespaceSelector:
            matchLabels: {kubernetes.io/metadata.name: kube-system}
          podSelector:
            matchLabels: {k8s-app: kube-dns}
      ports:
        - {protocol: UDP, port: 53}
        - {protocol: TCP, port: 53}
`

export const paymentsPath = 'deploy/policies/payments.yaml'

export const paymentsPolicy = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: api
  namespace: payments
spec:
  podSelector:
    matchLabels: {app: api}
  policyTypes: [Ingress]
  ingress:
    - from:
        - namespaceSelector:
            matchLabels: {kubernetes.io/metadata.name: shop}
          podSelector:
            matchLabels: {app: checkout}
      ports:
        - port: 8082
`

export const checkoutPath = 'deploy/policies/checkout.yaml'

/** What checkout may reach; `rules` are the lines of further egress rules, `above` stand in front of it all. */
export function checkoutPolicy(rules: readonly string[] = [], above: readonly string[] = []): string {
  return [
    ...above,
    'apiVersion: networking.k8s.io/v1',
    'kind: NetworkPolicy',
    'metadata:',
    '  name: checkout',
    '  namespace: shop',
    'spec:',
    '  podSelector:',
    '    matchLabels: {app: checkout}',
    '  policyTypes: [Egress]',
    '  egress:',
    '    - to:',
    '        - namespaceSelector:',
    '            matchLabels: {kubernetes.io/metadata.name: payments}',
    '      ports:',
    '        - port: 8082',
    ...rules,
    '',
  ].join('\n')
}

/** A further egress rule of five lines to one range of addresses, on TCP 443. */
export const toRange = (cidr: string): readonly string[] => [
  '    - to:',
  '        - ipBlock:',
  `            cidr: ${cidr}`,
  '      ports:',
  '        - port: 443',
]

/** Line of the `cidr` when `toRange` is the first further rule. */
export const cidrLine = 18

/** A small shop in which everything is denied but names and checkout → payments/api TCP 8082. */
export const shop: Files = {
  'README.md': '# Shop\n',
  'deploy/namespaces.yaml': `${namespace('shop')}---\n${namespace('payments')}`,
  'deploy/shop.yaml': `${deployment('shop', 'checkout', 8081)}---\n${deployment('shop', 'web', 8080)}`,
  'deploy/payments.yaml': `${deployment('payments', 'api', 8082)}---\n${deployment('payments', 'db', 5432)}`,
  'deploy/policies/default-shop.yaml': defaultDeny('shop'),
  'deploy/policies/default-payments.yaml': defaultDeny('payments'),
  [paymentsPath]: paymentsPolicy,
  [checkoutPath]: checkoutPolicy(),
}

/** The shop with some files changed; undefined takes one away. */
export function shopWith(changes: Readonly<Record<string, Files[string] | undefined>>): Files {
  const files = Object.entries({ ...shop, ...changes })
  return Object.fromEntries(files.flatMap(([path, content]) => (content === undefined ? [] : [[path, content]])))
}

/** The change most tests speak of: checkout may send to the whole internet. */
export const opened: Files = shopWith({ [checkoutPath]: checkoutPolicy(toRange('0.0.0.0/0')) })

/** A Service whose last line is no YAML: line 8 of its file. */
export const brokenYaml = `apiVersion: v1
kind: Service
metadata:
  name: gift-cards
  namespace: shop
spec:
  ports: [{port: 80}
`

/** A policy of a kind that is not read yet. */
export const antreaPolicy = (port: number): string => `apiVersion: crd.antrea.io/v1beta1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  priority: 5
  appliedTo:
    - podSelector: {matchLabels: {app: web}}
  ingress:
    - action: Allow
      ports:
        - {port: ${port}, protocol: TCP}
`

/** A shop whose payments nobody but the checkout may reach, and which may reach nobody but its database. */
export const shop: Readonly<Record<string, string>> = {
  'k8s/namespaces.yaml': [namespace('shop'), namespace('payments')].join('---\n'),
  'k8s/shop.yaml': [
    deployment('shop', 'web', 'http', 8080),
    deployment('shop', 'checkout', 'http', 8080),
    service('shop', 'web', 'ClusterIP'),
    denyAll('shop'),
    dns('shop'),
    policy('shop', 'web', 'ingress: [{from: [{podSelector: {matchLabels: {app: checkout}}}], ports: [{port: 8080}]}]'),
    policy(
      'shop',
      'checkout',
      'egress: [{to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: payments}}}], ports: [{port: api}]}]',
    ),
  ].join('---\n'),
  'k8s/payments.yaml': [deployment('payments', 'api', 'api', 8443), denyAll('payments'), dns('payments')].join('---\n'),
  'k8s/payments-policy.yaml': policy(
    'payments',
    'api',
    'ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}, podSelector: {matchLabels: {app: checkout}}}], ports: [{port: api}]}]',
  ),
}

/** The same shop with its payments open to everybody. */
export const openShop: Readonly<Record<string, string>> = {
  ...shop,
  'k8s/payments-policy.yaml': policy('payments', 'api', 'ingress: [{}]'),
}

function namespace(name: string): string {
  return `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}}\n`
}

export function deployment(namespace: string, name: string, port: string, number: number): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      containers:
        - {name: main, image: 'shop/${name}:1', ports: [{name: ${port}, containerPort: ${number}}]}
`
}

export function service(namespace: string, name: string, type: string): string {
  return `apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: ${namespace}}
spec: {type: ${type}, selector: {app: ${name}}, ports: [{port: 80, targetPort: http}]}
`
}

export function policy(namespace: string, name: string, rules: string): string {
  const type = rules.startsWith('egress') ? 'Egress' : 'Ingress'
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  podSelector: {matchLabels: {app: ${name}}}
  policyTypes: [${type}]
  ${rules}
`
}

function denyAll(namespace: string): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny-all, namespace: ${namespace}}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
`
}

function dns(namespace: string): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: dns, namespace: ${namespace}}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
    - to:
        - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
          podSelector: {matchLabels: {k8s-app: kube-dns}}
      ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
`
}

/** What a policy of the generated shop speaks of. */
export interface PolicyParts {
  readonly index: number
  readonly home: string
  /** Workloads by the value of their label `app`: the subject, one of the same namespace, one of another. */
  readonly subject: string
  readonly neighbour: string
  readonly foreign: string
  readonly abroad: string
  readonly team: string
}

/** Name resolution for every pod, through the proxy that learns names. */
export const clusterwideDns = `apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata:
  name: dns
spec:
  endpointSelector: {}
  enableDefaultDeny: {ingress: false, egress: false}
  egress:
    - toEndpoints:
        - matchLabels:
            k8s:io.kubernetes.pod.namespace: kube-system
      toPorts:
        - ports:
            - {port: "53", protocol: ANY}
          rules:
            dns:
              - matchPattern: "*"
`

export const closedNamespace = (home: string, name: string): string => `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: ${name}
  namespace: ${home}
spec:
  endpointSelector: {}
  ingress:
    - {}
  egress:
    - {}
`

/** A policy as teams write them for Cilium: peers of two namespaces, a team, a scraper, a host, and what is denied. */
export const ciliumPolicy = ({
  index,
  home,
  subject,
  neighbour,
  foreign,
  abroad,
  team,
}: PolicyParts): string => `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: policy-${index}
  namespace: ${home}
spec:
  endpointSelector:
    matchLabels:
      app: ${subject}
  ingress:
    - fromEndpoints:
        - matchLabels:
            app: ${neighbour}
        - matchLabels:
            app: ${foreign}
            k8s:io.kubernetes.pod.namespace: ${abroad}
      toPorts:
        - ports:
            - {port: "8080", protocol: TCP}
          rules:
            http:
              - {method: GET, path: "/shop/${index % 7}/.*"}
    - fromEndpoints:
        - matchLabels:
            io.cilium.k8s.namespace.labels.team: ${team}
      toPorts:
        - ports:
            - {port: "8443", protocol: TCP}
    - fromEndpoints:
        - matchLabels:
            k8s:io.kubernetes.pod.namespace: monitoring
      toPorts:
        - ports:
            - {port: metrics, protocol: TCP}
  ingressDeny:
    - fromEntities:
        - world
  egress:
    - toFQDNs:
        - matchName: api-${index % 50}.bank.example
      toPorts:
        - ports:
            - {port: "443", protocol: TCP}
    - toCIDRSet:
        - cidr: 198.51.${index % 256}.0/24
          except: [198.51.${index % 256}.9/32]
      toPorts:
        - ports:
            - {port: "443", protocol: TCP}
`

import type { Resource } from '../manifests/resource.ts'
import type { AddressSet } from '../sets/address-set.ts'
import type { ConnectionSet } from '../sets/connection-set.ts'
import type { Span } from '../source/span.ts'
import type { Service, Workload } from './cluster.ts'

/**
 * A way into the cluster from outside: who opens it, how far it can be reached, and which pods stand behind it.
 * Whether those pods accept the connection is a question for the policies and is not answered here.
 */
export interface EntryPoint {
  readonly kind:
    | 'load-balancer'
    | 'node-port'
    | 'external-ip'
    | 'host-port'
    | 'host-network'
    | 'ingress'
    | 'gateway'
    | 'route'
  /** Who can knock: the internet, a private network (an internal balancer or gateway class), whoever reaches nodes. */
  readonly scope: 'internet' | 'internal' | 'node'
  /** Objects on the way, outermost first: Gateway, HTTPRoute, Service. */
  readonly via: readonly Resource[]
  /** The Service behind it; undefined for host ports and host networking. */
  readonly service: Service | undefined
  /** The line that opens it: `type: LoadBalancer`, the backend of an Ingress path, the parentRef of a route. */
  readonly span: Span
  /** Who the pods see: the client, a node, or the pods of an ingress controller or gateway. */
  readonly seenAs: 'client' | 'node' | 'controller'
  /** Clients it accepts; undefined: all. */
  readonly sources: AddressSet | undefined
  readonly backends: readonly { readonly workload: Workload; readonly connections: ConnectionSet }[]
  /** Hosts and paths, for the message only. */
  readonly detail: string
}

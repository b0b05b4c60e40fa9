import { nameScope } from '../delta/name-peers.ts'
import { qualifiedName, showId, type Workload } from '../model/cluster.ts'
import { expressionKey, isEverything, type LabelExpression, showExpression } from '../model/label-expression.ts'
import type { Direction, PodSelector } from '../policies/entry.ts'
import type { NetworkPolicyRule, NetworkPolicySpec, PolicyPeer } from '../policies/kubernetes/spec.ts'

/** `every pod`, `pods app=web` */
export const showPods = (labels: LabelExpression): string =>
  isEverything(labels) ? 'every pod' : `pods ${showExpression(labels)}`

/** `every pod of shop`, `pods app=web of shop`: whom a policy speaks for. */
export const showSubject = ({ podSelector, id }: NetworkPolicySpec): string =>
  `${showPods(podSelector)} of ${id.namespace}`

/** `every pod of shop`, `pods app=web of shop`, `pods app=web in namespaces team=ops`: whom a selector picks. */
export const showSelected = ({ namespaces, labels }: PodSelector): string =>
  `${showPods(labels)} ${namespaces.kind === 'named' ? 'of' : 'in'} ${nameScope(namespaces)}`

/** `NetworkPolicy shop/web, ingress rule 2` */
export const showRule = ({ id }: NetworkPolicySpec, rule: NetworkPolicyRule): string =>
  `${showId(id)}, ${rule.direction} rule ${rule.index + 1}`

/** `any namespace`, `namespaces team=ops`, `ops` */
export const showNamespaces = (expression: LabelExpression): string => nameScope({ kind: 'matching', expression })

/** `shop/web` */
export const showWorkload = ({ id }: Workload): string => qualifiedName(id)

/** `shop/web`, `shop/web and shop/api`, `shop/api, shop/cart and 4 more`; sorted. */
export function showWorkloads(workloads: readonly Workload[]): string {
  const names = [...new Set(workloads.map(showWorkload))].sort()
  const [first = '', second = ''] = names
  if (names.length < 2) return first
  return names.length === 2 ? `${first} and ${second}` : `${first}, ${second} and ${names.length - 2} more`
}

/** What pods do with their peers in a direction, for sentences about a rule. */
export const peersKey: Readonly<Record<Direction, 'from' | 'to'>> = { ingress: 'from', egress: 'to' }
export const typeName: Readonly<Record<Direction, 'Ingress' | 'Egress'>> = { ingress: 'Ingress', egress: 'Egress' }

/** Canonical text of whom a rule speaks of, so that findings of two rules are told apart whatever their order. */
export function peersText({ peers }: NetworkPolicyRule): string {
  return peers === 'any' ? 'any' : [...new Set(peers.map(peerText))].sort().join(' or ')
}

function peerText({ podSelector, namespaceSelector, ipBlock }: PolicyPeer): string {
  if (ipBlock !== undefined) return [ipBlock.cidr, ...[...ipBlock.except].sort()].join(' but ')
  const key = (labels: LabelExpression | undefined): string => (labels === undefined ? '-' : expressionKey(labels))
  return `${key(namespaceSelector)}/${key(podSelector)}`
}

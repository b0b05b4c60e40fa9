import { everything, type LabelExpression } from '../../model/label-expression.ts'
import { AddressSet } from '../../sets/address-set.ts'
import type { Span } from '../../source/span.ts'
import type { PeerSelector, PolicyEntry } from '../entry.ts'
import type { Facts } from './facts.ts'
import { matchSet, type NetworkSet } from './network-sets.ts'
import type { CalicoEntity, CalicoRule } from './spec.ts'
import { splitSelector } from './split-selector.ts'

/** Where selectors of an entity look: in one namespace, in whatever lives in some namespace, in what lives in none. */
export interface Scope {
  readonly namespace: string | undefined
  readonly inNamespaces: boolean
  readonly outside: boolean
  /** Whether only pods are looked for: nothing else has a service account. */
  readonly podsOnly: boolean
}

export const anywhere: Scope = { namespace: undefined, inNamespaces: true, outside: true, podsOnly: false }

/** Whom the other end of a rule speaks of. `namespace`: that of the policy; undefined for one of the whole cluster. */
export function compilePeers(
  { family, span }: CalicoRule,
  entity: CalicoEntity | undefined,
  namespace: string | undefined,
  facts: Facts,
): PolicyEntry['peers'] {
  const parts = entity === undefined ? [] : [...labelParts(entity, namespace, facts), ...addressParts(entity)]
  const isConfined = family === undefined || entity?.nets !== undefined
  const ofFamily = isConfined ? [] : [familyPeer(family, span)]
  const [first, another] = [...parts, ...ofFamily]
  if (first === undefined) return 'any'
  if (another !== undefined) return [{ kind: 'all-of', of: [...parts, ...ofFamily], span: entity?.span ?? span }]
  return first.kind === 'any-of' ? first.of : [first]
}

/** Whoever has an address of one family. */
const familyPeer = (family: 4 | 6, span: Span): PeerSelector =>
  addressPeer(family === 4 ? AddressSet.allV4 : AddressSet.allV6, span)

/** Those of some peers with whom a rule of one family can have to do. */
export function withinFamily(peers: readonly PeerSelector[], { family, span }: CalicoRule): readonly PeerSelector[] {
  if (family === undefined || peers.length === 0) return peers
  return [{ kind: 'all-of', of: [{ kind: 'any-of', of: peers, span }, familyPeer(family, span)], span }]
}

function addressParts({ nets, notNets, isUnreadable, span }: CalicoEntity): PeerSelector[] {
  return [
    ...(nets === undefined ? [] : [addressPeer(nets, span)]),
    ...(notNets === undefined ? [] : [{ kind: 'none-of', of: [addressPeer(notNets, span)], span } as const]),
    ...(isUnreadable ? [{ kind: 'unreadable', span } as const] : []),
  ]
}

/** Networks speak of whoever has such an address: pods and machines as well. */
export const addressPeer = (addresses: AddressSet, span: Span): PeerSelector => ({
  kind: 'addresses',
  addresses,
  matchesPods: 'yes',
  matchesNodes: 'yes',
  span,
})

/** What has to hold of labels, and what must not. */
function labelParts(entity: CalicoEntity, namespace: string | undefined, facts: Facts): PeerSelector[] {
  const { notSelector, span } = entity
  const scope = scopeOf(entity, namespace)
  const condition = conditionOf(entity)
  const positive = scope === undefined ? [] : [oneOf(labelled(condition, scope, span, facts), span)]
  const negative =
    notSelector === undefined
      ? []
      : [{ kind: 'none-of', of: labelled(notSelector, anywhere, span, facts), span } as const]
  return [...positive, ...negative]
}

const oneOf = (of: readonly PeerSelector[], span: Span): PeerSelector => {
  const [only, another] = of
  return only !== undefined && another === undefined ? only : { kind: 'any-of', of, span }
}

/** All that selectors of an entity ask for; `notSelector` is for itself. */
export function conditionOf({ selector, namespaceSelector, accounts }: CalicoEntity): LabelExpression {
  return { kind: 'all', of: [selector, namespaceSelector, accounts].filter((part) => part !== undefined) }
}

/**
 * Undefined where nothing confines the entity to endpoints and sets that Calico knows. In a namespaced policy a
 * `notSelector` does as well.
 */
export function scopeOf(entity: CalicoEntity, namespace: string | undefined): Scope | undefined {
  const { selector, notSelector, namespaceSelector, isGlobal, accounts } = entity
  const podsOnly = accounts !== undefined
  if (isGlobal) return { namespace: undefined, inNamespaces: false, outside: true, podsOnly }
  if (namespaceSelector !== undefined) return { namespace: undefined, inNamespaces: true, outside: false, podsOnly }
  const hasSelector = selector !== undefined || podsOnly
  if (namespace === undefined) return hasSelector ? { ...anywhere, podsOnly } : undefined
  if (!hasSelector && notSelector === undefined) return undefined
  return { namespace, inNamespaces: true, outside: false, podsOnly }
}

/** Pods, host endpoints and sets with the labels that a condition asks for. */
function labelled(condition: LabelExpression, scope: Scope, span: Span, facts: Facts): PeerSelector[] {
  const pods = scope.inNamespaces ? splitSelector(condition, scope.namespace, facts.accounts) : []
  const hosts = scope.outside && !scope.podsOnly && facts.hasHosts() ? [hostsWith(condition)] : []
  return [
    ...[...pods, ...hosts].map((selector) => ({ ...selector, kind: 'pods', span }) as const),
    ...setPeers(condition, scope, span, facts),
  ]
}

/** Host endpoints have no namespace and no account: a condition on their labels does not hold. */
export const hostsWith = (labels: LabelExpression) =>
  ({ target: 'host-endpoints', namespaces: { kind: 'matching', expression: everything }, labels }) as const

/** Sets of a scope that match, for certain or perhaps. */
export function setsWith(
  condition: LabelExpression,
  scope: Scope,
  { sets, surroundings }: Facts,
): { readonly certain: AddressSet; readonly possible: AddressSet } {
  if (scope.podsOnly) return { certain: AddressSet.none, possible: AddressSet.none }
  const found = sets()
    .filter((set) => isInScope(set, scope))
    .map((set) => ({ set, truth: matchSet(condition, set, surroundings) }))
  const union = (wanted: boolean): AddressSet =>
    found
      .filter(({ set, truth }) => truth !== 'no' && (truth === 'yes' && set.isCertain) === wanted)
      .reduce<AddressSet>((all, { set }) => all.union(set.addresses), AddressSet.none)
  return { certain: union(true), possible: union(false) }
}

const isInScope = (set: NetworkSet, { namespace, inNamespaces, outside }: Scope): boolean =>
  set.namespace === undefined ? outside : inNamespaces && (namespace === undefined || namespace === set.namespace)

function setPeers(condition: LabelExpression, scope: Scope, span: Span, facts: Facts): PeerSelector[] {
  const { certain, possible } = setsWith(condition, scope, facts)
  const found: PeerSelector[] = certain.isEmpty ? [] : [addressPeer(certain, span)]
  if (!possible.isEmpty)
    found.push({ kind: 'all-of', of: [addressPeer(possible, span), { kind: 'unreadable', span }], span })
  const mayBeUndeclared = !scope.inNamespaces && !scope.podsOnly && found.length === 0
  return mayBeUndeclared ? [{ kind: 'some-addresses', span }] : found
}

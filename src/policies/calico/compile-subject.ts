import type { LabelExpression } from '../../model/label-expression.ts'
import { AddressSet } from '../../sets/address-set.ts'
import type { PodSelector } from '../entry.ts'
import { anywhere, conditionOf, hostsWith, type Scope, scopeOf, setsWith } from './compile-peers.ts'
import type { Facts } from './facts.ts'
import type { CalicoEntity, CalicoPolicySpec } from './spec.ts'
import { splitSelector } from './split-selector.ts'

type Policy = Pick<CalicoPolicySpec, 'namespace' | 'selects' | 'takesHosts'>

/** Endpoints that a policy selects, without those a rule leaves out by what it says of their own end. */
export function compileSubjects(policy: Policy, own: CalicoEntity | undefined, facts: Facts): PodSelector[] {
  if (own === undefined) return selectorsOf(policy, policy.selects, undefined, facts)
  const { namespace, selects } = policy
  const scope = scopeOf(own, namespace)
  const ofSets = addressesOfSets(own, scope, facts)
  const within = addressesWithin(own, facts)
  const isUnreadable: LabelExpression[] = own.isUnreadable ? [{ kind: 'unreadable' }] : []
  const excluded: LabelExpression[] = own.notSelector === undefined ? [] : [{ kind: 'not', of: own.notSelector }]
  const of = (...parts: readonly LabelExpression[]): LabelExpression => ({
    kind: 'all',
    of: [selects, ...parts, ...excluded, ...isUnreadable],
  })
  const byLabels = { ...policy, takesHosts: policy.takesHosts && scope?.outside !== false && scope?.podsOnly !== true }
  const labelled =
    scope?.inNamespaces === false
      ? selectorsOf({ ...byLabels, selectsPods: false }, of(conditionOf(own)), within, facts)
      : selectorsOf(byLabels, of(conditionOf(own)), within, facts)
  if (ofSets === undefined) return labelled
  const inSets = within === undefined ? ofSets : ofSets.intersect(within)
  return [...labelled, ...selectorsOf(policy, of(), inSets, facts)]
}

/** Addresses that `nets` and `notNets` leave to the endpoint itself, and sets that `notSelector` takes away. */
function addressesWithin(own: CalicoEntity, facts: Facts): AddressSet | undefined {
  const { nets, notNets, notSelector } = own
  const unwanted = notSelector === undefined ? AddressSet.none : setsWith(notSelector, anywhere, facts).certain
  if (nets === undefined && notNets === undefined && unwanted.isEmpty) return undefined
  return (nets ?? AddressSet.all).subtract(notNets ?? AddressSet.none).subtract(unwanted)
}

/** An endpoint whose address lies in a set matches by the labels of the set; undefined where no set does. */
function addressesOfSets(own: CalicoEntity, scope: Scope | undefined, facts: Facts): AddressSet | undefined {
  if (scope === undefined) return undefined
  const { certain, possible } = setsWith(conditionOf(own), scope, facts)
  const all = certain.union(possible)
  return all.isEmpty ? undefined : all
}

function selectorsOf(
  policy: Policy & { readonly selectsPods?: boolean },
  condition: LabelExpression,
  addresses: AddressSet | undefined,
  facts: Facts,
): PodSelector[] {
  const pods = policy.selectsPods === false ? [] : splitSelector(condition, policy.namespace, facts.accounts)
  const hosts = policy.takesHosts && facts.hasHosts() ? [hostsWith(condition)] : []
  return [...pods, ...hosts].map((selector) => (addresses === undefined ? selector : { ...selector, addresses }))
}

import { valueAt, type YamlNode } from '../../manifests/node.ts'
import { isSet, setAt, textAt } from '../../model/fields.ts'
import type { LabelExpression } from '../../model/label-expression.ts'
import type { Direction } from '../entry.ts'
import { type Context, isMapping, refuse } from './context.ts'
import { otherEditions, ruleFields } from './fields.ts'
import { readNetworks } from './read-networks.ts'
import { ACCOUNT_PREFIX, accountsNamed, readNamespaceSelector, readSelector } from './read-selector.ts'
import type { CalicoEntity } from './spec.ts'

/** `source` or `destination` of a rule; undefined where it is not given or says nothing beyond ports. */
export function readEntity(
  rule: YamlNode,
  end: 'source' | 'destination',
  direction: Direction,
  context: Context,
): { readonly entity: CalicoEntity | undefined; readonly families: ReadonlySet<4 | 6> } {
  const { reader } = context
  const node = setAt(rule, end)
  if (node === undefined) return { entity: undefined, families: new Set() }
  const span = reader.entrySpan(rule, end) ?? reader.spanOf(node)
  const isTemplate = reader.isTemplate(node, `the ${end}`)
  if (!isTemplate && !isMapping(node)) refuse(context, 'field-type', node, `${end} is an object`)
  if (isTemplate || !isMapping(node)) return { entity: { ...nobodyKnows, span }, families: new Set() }
  reader.checkFields(node, { ...ruleFields.entity, ...otherEditions })
  const nets = readNetworks(node, 'nets', context)
  const notNets = readNetworks(node, 'notNets', context)
  const namespaceSelector = readNamespaceSelector(valueAt(node, 'namespaceSelector'), context)
  const service = readService(node, end, direction, context)
  const domains = readDomains(node, context)
  return {
    families: nets.families.union(notNets.families),
    entity: {
      span,
      selector: readSelector(valueAt(node, 'selector'), context),
      notSelector: readSelector(valueAt(node, 'notSelector'), context),
      namespaceSelector: namespaceSelector === 'global' ? undefined : namespaceSelector,
      isGlobal: namespaceSelector === 'global',
      accounts: readAccounts(node, context),
      nets: nets.addresses,
      notNets: notNets.addresses,
      service: service === 'unreadable' ? undefined : service,
      domains: domains ?? [],
      isUnreadable: nets.isUnreadable || notNets.isUnreadable || service === 'unreadable' || domains === undefined,
    },
  }
}

const nobodyKnows: Omit<CalicoEntity, 'span'> = {
  selector: undefined,
  notSelector: undefined,
  namespaceSelector: undefined,
  isGlobal: false,
  accounts: undefined,
  nets: undefined,
  notNets: undefined,
  service: undefined,
  domains: [],
  isUnreadable: true,
}

/** Accounts by name and by their labels; both have to hold where both are given. */
function readAccounts(entity: YamlNode, context: Context): LabelExpression | undefined {
  const { reader } = context
  const node = setAt(entity, 'serviceAccounts')
  if (node === undefined) return undefined
  if (reader.isTemplate(node, 'serviceAccounts')) return { kind: 'unreadable' }
  reader.checkFields(node, ruleFields.serviceAccounts)
  const selector = readSelector(valueAt(node, 'selector'), context, ACCOUNT_PREFIX)
  const items = reader.list(node, 'names')
  if (items === undefined) return { kind: 'unreadable' }
  const names = items.map((item) => (reader.isTemplate(item, 'a name') ? undefined : textAt(item)))
  const named: LabelExpression[] =
    names.length === 0 ? [] : [names.includes(undefined) ? { kind: 'unreadable' } : accountsNamed(names as string[])]
  const of = [...named, ...(selector === undefined ? [] : [selector])]
  return of.length === 0 ? undefined : { kind: 'all', of }
}

const besideService = ['selector', 'notSelector', 'namespaceSelector', 'nets', 'notNets', 'serviceAccounts'] as const

/** The Service that stands for its endpoints, where a rule may name one. */
function readService(
  entity: YamlNode,
  end: 'source' | 'destination',
  direction: Direction,
  context: Context,
): CalicoEntity['service'] | 'unreadable' {
  const { reader } = context
  const node = setAt(entity, 'services')
  if (node === undefined) return undefined
  if (reader.isTemplate(node, 'services')) return 'unreadable'
  reader.checkFields(node, ruleFields.services)
  const span = reader.entrySpan(entity, 'services') ?? reader.spanOf(node)
  const refused = (message: string, hint?: string): void => refuse(context, 'services-invalid', span, message, hint)
  if ((direction === 'ingress') !== (end === 'source'))
    refused('services stand in the destination of egress rules and in the source of ingress rules only')
  const beside = besideService.filter((field) => isSet(entity, field))
  if (beside.length > 0) refused(`services cannot stand beside ${beside.join(', ')}`)
  if (direction === 'egress' && ['ports', 'notPorts'].some((field) => isSet(entity, field)))
    refused('services bring their own ports; none can be given beside them')
  if ((['name', 'namespace'] as const).some((field) => reader.isTemplate(valueAt(node, field), `services ${field}`)))
    return 'unreadable'
  const name = textAt(node, 'name') ?? ''
  const namespace = textAt(node, 'namespace') ?? ''
  if (name === '') {
    refused('services need the name of a Service')
    return 'unreadable'
  }
  if (namespace === '') return withoutNamespace(name, span, context)
  return { name, namespace, span }
}

/** The documentation takes the policy's own namespace, while the code finds nothing; the wider of the two is taken. */
function withoutNamespace(
  name: string,
  span: CalicoEntity['span'],
  context: Context,
): CalicoEntity['service'] | 'unreadable' {
  const hint = 'Write the namespace of the Service.'
  if (context.namespace === undefined) {
    refuse(context, 'services-invalid', span, `services need the namespace of ${name} in a policy of the whole cluster`)
    return 'unreadable'
  }
  const message = `services name no namespace for ${name}; releases differ on whether that is ${context.namespace} or nothing`
  context.reader.report('services-invalid', span, message, 'wider', hint)
  return { name, namespace: context.namespace, span }
}

/** Names of destinations, which the open edition does not know; undefined where they cannot be read. */
function readDomains(entity: YamlNode, context: Context): readonly string[] | undefined {
  const { reader } = context
  const items = reader.list(entity, 'domains')
  if (items === undefined) return undefined
  if (items.length === 0) return []
  reader.report(
    'edition-field',
    reader.entrySpan(entity, 'domains'),
    'domains are not known to the open edition of Calico, which refuses the rule or takes it for everybody',
    'unknown',
    'Here they count as those names alone; use networks or a GlobalNetworkSet with the open edition.',
  )
  const names = items.map((item) =>
    reader.isTemplate(item, 'a domain') ? undefined : textAt(item)?.replace(/\.$/, '').toLowerCase(),
  )
  return names.includes(undefined) ? undefined : (names as string[])
}

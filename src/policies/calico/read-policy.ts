import { isUnset, valueAt, type YamlNode } from '../../manifests/node.ts'
import { isSet, setAt, textAt } from '../../model/fields.ts'
import type { LabelExpression } from '../../model/label-expression.ts'
import { writtenName } from '../../model/written-name.ts'
import { type Context, isRenamed, refuse, specOf } from './context.ts'
import { calicoFields } from './fields.ts'
import { readRules } from './read-rule.ts'
import { ACCOUNT_PREFIX, NAMESPACE_PREFIX, readSelector } from './read-selector.ts'
import { readTypes } from './read-types.ts'
import type { CalicoPolicySpec } from './spec.ts'

export type PolicyKindName =
  | 'NetworkPolicy'
  | 'GlobalNetworkPolicy'
  | 'StagedNetworkPolicy'
  | 'StagedGlobalNetworkPolicy'

/** Reads one policy of Calico. Whatever is refused is reported with its place, and the rest is read. */
export function readPolicy(kind: PolicyKindName, context: Context): CalicoPolicySpec {
  const { reader, namespace } = context
  const { resource } = reader
  const spec = specOf(resource)
  reader.checkFields(resource.node, calicoFields[kind].object)
  const isTemplate = reader.isTemplate(spec, 'the spec')
  reader.checkFields(spec, calicoFields[kind].spec)
  const isTierTemplate = reader.isTemplate(valueAt(spec, 'tier'), 'the tier')
  const tier = isTierTemplate ? 'default' : readTier(spec, context)
  checkPolicyName(tier, context)
  const found = {
    id: { group: resource.group, kind, namespace: namespace ?? '', name: resource.name.value },
    namespace,
    tier,
    tierSpan: reader.entrySpan(spec, 'tier') ?? resource.name.span,
    order: readOrder(spec, context),
    orderSpan: reader.entrySpan(spec, 'order'),
    selects: isTemplate ? ({ kind: 'unreadable' } as const) : readSubject(spec, context),
    takesHosts: namespace === undefined && !isSet(spec, 'namespaceSelector') && !isSet(spec, 'serviceAccountSelector'),
    isForHostsOnly: readFlags(spec, context),
    types: readTypes(spec, context),
    typesSpan: reader.entrySpan(spec, 'types') ?? reader.entrySpan(spec, 'selector') ?? resource.name.span,
    rules: { ingress: readRules(spec, 'ingress', context), egress: readRules(spec, 'egress', context) },
  }
  return { ...found, refused: reader.isRefused || isTemplate || isTierTemplate }
}

/** All of its selectors have to hold. */
function readSubject(spec: YamlNode | undefined, context: Context): LabelExpression {
  const parts = [
    readSelector(valueAt(spec, 'selector'), context),
    context.namespace === undefined
      ? readSelector(valueAt(spec, 'namespaceSelector'), context, NAMESPACE_PREFIX)
      : undefined,
    readSelector(valueAt(spec, 'serviceAccountSelector'), context, ACCOUNT_PREFIX),
  ]
  return { kind: 'all', of: parts.filter((part) => part !== undefined) }
}

function readTier(spec: YamlNode | undefined, context: Context): string {
  const node = valueAt(spec, 'tier')
  if (isUnset(node)) return 'default'
  const text = textAt(node)
  if (text === undefined) refuse(context, 'tier-invalid', node, 'tier is the name of a Tier')
  return text === undefined || text === '' ? 'default' : text
}

/** Before 3.32 the names of policies outside the tier `default` begin with that of their tier. */
function checkPolicyName(tier: string, context: Context): void {
  const { reader, surroundings } = context
  const name = writtenName(reader.resource)
  if (name === undefined || tier === 'default' || isRenamed(surroundings) || name.startsWith(`${tier}.`)) return
  const message = `before Calico 3.32 a policy of tier ${tier} is called ${tier}.${name}`
  refuse(context, 'policy-name-invalid', reader.resource.name.span, message)
}

/** May be negative and have a fraction; unknown where a template writes it. */
export function readOrder(spec: YamlNode | undefined, context: Context): CalicoPolicySpec['order'] {
  const node = setAt(spec, 'order')
  if (node === undefined) return undefined
  if (context.reader.isTemplate(node, 'the order')) return 'unknown'
  if (node.kind === 'scalar' && typeof node.value === 'number' && Number.isFinite(node.value)) return node.value
  const hint = 'Remove the quotes, or leave order out for the last place.'
  refuse(context, 'order-invalid', node, 'order is a number', hint)
  return undefined
}

const flags = ['preDNAT', 'doNotTrack'] as const

/** Flags for the traffic of machines; pods are not touched by a policy that has one of these two. */
function readFlags(spec: YamlNode | undefined, context: Context): boolean {
  const isOn = (name: string): boolean => {
    const node = valueAt(spec, name)
    return node?.kind === 'scalar' && node.value === true
  }
  const [first, another] = flags.filter(isOn)
  if (first === undefined) return false
  const at = context.reader.entrySpan(spec, first)
  if (another !== undefined) refuse(context, 'policy-flags-invalid', at, `${first} and ${another} exclude each other`)
  if (!isOn('applyOnForward')) refuse(context, 'policy-flags-invalid', at, `${first} needs applyOnForward: true`)
  if (first === 'preDNAT' && (isSet(spec, 'egress') || hasEgressType(spec)))
    refuse(context, 'policy-flags-invalid', at, 'preDNAT goes with ingress only')
  return true
}

function hasEgressType(spec: YamlNode | undefined): boolean {
  const types = valueAt(spec, 'types')
  return types?.kind === 'sequence' && types.items.some((item) => textAt(item) === 'Egress')
}

import { valueAt, type YamlNode } from '../../manifests/node.ts'
import type { Resource } from '../../manifests/resource.ts'
import { itemsAt, textAt } from '../../model/fields.ts'
import { isEverything, type LabelExpression, matchLabels } from '../../model/label-expression.ts'
import { readLabels } from '../../model/read-labels.ts'
import { AddressSet } from '../../sets/address-set.ts'
import { parseCidr } from '../../sets/cidr.ts'
import type { PolicyReader } from '../policy-reader.ts'
import type { Context } from './context.ts'
import { cidrGroupFields } from './fields.ts'
import { needsLabel } from './label-selector.ts'

export const CIDR_GROUP = 'cilium.io/CiliumCIDRGroup'

/**
 * Addresses of the groups that a rule refers to, by name or by their labels. Unknown, and reported, where no manifest
 * holds the group: it may be in the cluster all the same.
 */
export function readCidrGroups(
  field: 'cidrGroupRef' | 'cidrGroupSelector',
  node: YamlNode,
  context: Context,
): AddressSet | 'unknown' {
  if (context.reader.isTemplate(node, 'a CIDR group')) return 'unknown'
  const all = context.surroundings.objects(CIDR_GROUP)
  const found = field === 'cidrGroupRef' ? named(textAt(node), all) : selected(node, all, context)
  if (found === 'everything') return AddressSet.all
  if (found.length === 0) noteMissing(node, textAt(node), context)
  const sets = found.map((group) => addressesOf(group))
  return found.length === 0 || sets.includes('unknown')
    ? 'unknown'
    : sets.reduce<AddressSet>((sum, set) => sum.union(set as AddressSet), AddressSet.none)
}

const named = (name: string | undefined, all: readonly Resource[]): readonly Resource[] =>
  all.filter((group) => group.name.value === name)

/** Conditions that hold without a label hold for addresses in no group at all: all addresses then match. */
function selected(node: YamlNode, all: readonly Resource[], { reader }: Context): readonly Resource[] | 'everything' {
  const selector = reader.selector(node)
  if (isEverything(selector) || holdsWithoutLabels(selector)) return 'everything'
  const labelsOf = (group: Resource) => readLabels(group, valueAt(group.node, 'metadata', 'labels'), () => {})
  return all.filter((group) => matchLabels(selector, labelsOf(group)) === 'yes')
}

const holdsWithoutLabels = (selector: LabelExpression): boolean =>
  selector.kind === 'all' && selector.of.every((part) => part.kind === 'requirement' && !needsLabel(part))

function noteMissing(node: YamlNode, name: string | undefined, { reader }: Context): void {
  const what = name === undefined ? 'no CiliumCIDRGroup has these labels' : `there is no CiliumCIDRGroup ${name}`
  reader.report(
    'cidr-group-missing',
    node,
    `${what} among the manifests; which addresses it stands for is unknown, and nobody matches where it does not exist`,
    'unknown',
    'Add its manifest to the repository, or write the prefixes into the rule.',
  )
}

/** Reports what is wrong with a group itself, whoever refers to it. */
export function checkCidrGroup(resource: Resource, reader: PolicyReader): void {
  const spec = valueAt(resource.node, 'spec')
  reader.checkFields(resource.node, cidrGroupFields.object)
  reader.checkFields(spec, cidrGroupFields.spec)
  for (const item of reader.list(spec, 'externalCIDRs') ?? []) reader.cidr(item, 'cidr-invalid')
}

/** Union of `externalCIDRs`; unknown where one of them cannot be read. */
function addressesOf({ node }: Resource): AddressSet | 'unknown' {
  const sets = itemsAt(node, 'spec', 'externalCIDRs').map((item) => {
    const parsed = parseCidr(textAt(item) ?? '')
    if (!parsed.ok) return 'unknown'
    return parsed.family === 4
      ? AddressSet.v4Range(parsed.first, parsed.last)
      : AddressSet.v6Range(parsed.first, parsed.last)
  })
  if (sets.includes('unknown')) return 'unknown'
  return sets.reduce<AddressSet>((sum, set) => sum.union(set as AddressSet), AddressSet.none)
}

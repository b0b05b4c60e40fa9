import { valueAt, type YamlNode } from '../../manifests/node.ts'
import { textAt } from '../../model/fields.ts'
import { AddressSet } from '../../sets/address-set.ts'
import { type ParsedCidr, parseCidr } from '../../sets/cidr.ts'
import { type Context, checkLength, refuse } from './context.ts'

const MOST_NETWORKS = 256

/** Networks of one field of an entity. */
export interface ReadNetworks {
  /** Undefined where the field is not given, or not all of it can be read. */
  readonly addresses: AddressSet | undefined
  readonly families: ReadonlySet<4 | 6>
  readonly isUnreadable: boolean
}

/** `nets` or `notNets` of a rule. An empty list is as none; a network with host bits, or without a prefix, is refused. */
export function readNetworks(entity: YamlNode | undefined, field: 'nets' | 'notNets', context: Context): ReadNetworks {
  const node = valueAt(entity, field)
  const items = context.reader.list(entity, field)
  if (items === undefined) return { addresses: undefined, families: new Set(), isUnreadable: true }
  if (items.length === 0) return { addresses: undefined, families: new Set(), isUnreadable: false }
  checkLength(context, node, field, MOST_NETWORKS)
  const found = items.map((item) => ({ item, read: readNetwork(item, context) }))
  if (field === 'notNets') for (const { item, read } of found) checkNotAll(item, read, context)
  const isUnreadable = found.some(({ read }) => read === undefined)
  const all = found.flatMap(({ read }) => (read === undefined ? [] : [addressesOf(read)]))
  return {
    addresses: isUnreadable ? undefined : all.reduce((union, set) => union.union(set), AddressSet.none),
    families: new Set(found.flatMap(({ read }) => read?.family ?? [])),
    isUnreadable,
  }
}

type Network = Extract<ParsedCidr, { readonly ok: true }>

export const addressesOf = (network: Network): AddressSet =>
  network.family === 4
    ? AddressSet.v4Range(network.first, network.last)
    : AddressSet.v6Range(network.first, network.last)

function readNetwork(node: YamlNode, context: Context): Network | undefined {
  if (context.reader.isTemplate(node, 'a network')) return undefined
  const text = textAt(node) ?? ''
  const parsed = parseCidr(text)
  if (!parsed.ok) {
    const hint = 'Write address/prefix, such as 203.0.113.0/24; one address has the prefix 32.'
    refuse(context, 'cidr-invalid', node, `${text || 'this'} is not a network: ${parsed.problem}`, hint)
    return undefined
  }
  if (parsed.hostBits) {
    const meant = addressesOf(parsed).cidrs()[0]
    refuse(context, 'cidr-invalid', node, `${text} has bits set behind its prefix; it may mean ${meant}`)
  }
  return parsed
}

function checkNotAll(item: YamlNode, network: Network | undefined, context: Context): void {
  if (network?.bits !== 0) return
  const message = `notNets cannot hold ${textAt(item)}: nothing would be left`
  refuse(context, 'cidr-invalid', item, message)
}

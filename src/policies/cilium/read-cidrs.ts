import { isUnset, valueAt, type YamlNode } from '../../manifests/node.ts'
import { itemsAt, textAt } from '../../model/fields.ts'
import { AddressSet } from '../../sets/address-set.ts'
import { isAddress } from '../../sets/cidr.ts'
import type { Span } from '../../source/span.ts'
import type { PeerSelector } from '../entry.ts'
import { readCidrGroups } from './cidr-groups.ts'
import { type Context, isSince } from './context.ts'
import { ciliumFields } from './fields.ts'

type AddressPeer = Extract<PeerSelector, { kind: 'addresses' }>

/** An item of `fromCIDR` or `toCIDR`. Only addresses outside the cluster match, unless the agents are told otherwise. */
export function readCidr(node: YamlNode, context: Context): PeerSelector {
  const span = context.reader.spanOf(node)
  const addresses = readPrefix(node, 'cidr-invalid', context)
  return addresses === undefined ? { kind: 'unreadable', span } : addressPeer(addresses, span, context)
}

/** A prefix; until 1.19 a bare address counted as one host. */
function readPrefix(node: YamlNode, code: 'cidr-invalid' | 'except-invalid', context: Context): AddressSet | undefined {
  const { reader } = context
  const text = textAt(node)
  if (text === undefined || !isAddress(text)) return reader.cidr(node, code)
  const single = AddressSet.single(text)
  if (isSince(context, '1.20'))
    reader.refuse(
      code,
      node,
      `${text} has no prefix length, which Cilium wants since 1.20`,
      `Write ${single.cidrs()[0]}.`,
    )
  return single
}

function addressPeer(addresses: AddressSet, span: Span, { settings: { cidrMatches } }: Context): AddressPeer {
  return {
    kind: 'addresses',
    addresses,
    matchesPods: cidrMatches.pods ? 'yes' : 'no',
    matchesNodes: cidrMatches.nodes ? 'yes' : 'no',
    span,
  }
}

const sources = ['cidr', 'cidrGroupRef', 'cidrGroupSelector'] as const

/** An item of `fromCIDRSet` or `toCIDRSet`: a prefix or groups of prefixes, without what `except` takes out of it. */
export function readCidrRule(node: YamlNode, context: Context): PeerSelector {
  const { reader } = context
  const span = reader.spanOf(node)
  if (reader.isTemplate(node, 'a CIDR')) return { kind: 'unreadable', span }
  reader.checkFields(node, ciliumFields.cidrRule)
  const [given, another] = sources.filter((name) => !isUnset(valueAt(node, name)))
  if (given === undefined || another !== undefined) {
    reader.refuse('peer-invalid', node, `exactly one of ${sources.join(', ')} has to be there`)
    return { kind: 'unreadable', span }
  }
  if (given === 'cidr') return readCidrWithHoles(node, span, context)
  const groups = readCidrGroups(given, valueAt(node, given) as YamlNode, context)
  const holes = itemsAt(node, 'except').flatMap((item) => readPrefix(item, 'except-invalid', context) ?? [])
  if (groups === 'unknown') return withoutHoles({ kind: 'some-addresses', span }, holes, span, context)
  return addressPeer(
    holes.reduce((left, hole) => left.subtract(hole), groups),
    span,
    context,
  )
}

/** The holes have to lie inside the prefix. */
function readCidrWithHoles(node: YamlNode, span: Span, context: Context): PeerSelector {
  const { reader } = context
  const whole = readPrefix(valueAt(node, 'cidr') as YamlNode, 'cidr-invalid', context)
  const items = itemsAt(node, 'except')
  const holes = items.map((item) => readPrefix(item, 'except-invalid', context))
  if (whole === undefined || holes.includes(undefined)) return { kind: 'unreadable', span }
  items.forEach((item, index) => {
    if ((holes[index] as AddressSet).isSubsetOf(whole)) return
    reader.refuse('except-invalid', item, `except ${textAt(item)} does not lie inside ${textAt(node, 'cidr')}`)
  })
  return addressPeer(
    holes.reduce<AddressSet>((left, hole) => left.subtract(hole as AddressSet), whole),
    span,
    context,
  )
}

/** An exception holds whatever the addresses are that it is an exception from. */
function withoutHoles(peer: PeerSelector, holes: readonly AddressSet[], span: Span, context: Context): PeerSelector {
  if (holes.length === 0) return peer
  const of = holes.map((hole) => addressPeer(hole, span, context))
  return { kind: 'all-of', of: [peer, { kind: 'none-of', of, span }], span }
}

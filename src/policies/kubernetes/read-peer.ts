import { valueAt, type YamlNode } from '../../manifests/node.ts'
import { isSet, itemsAt, setAt, textAt } from '../../model/fields.ts'
import type { AddressSet } from '../../sets/address-set.ts'
import type { PolicyReader } from '../policy-reader.ts'
import { networkPolicyFields } from './fields.ts'
import type { IpBlock, PolicyPeer } from './spec.ts'

/** An item of `from` or `to`: selectors, or an ipBlock. */
export function readPeer(node: YamlNode, reader: PolicyReader): PolicyPeer {
  reader.checkFields(node, networkPolicyFields.peer)
  const select = (name: string) => (isSet(node, name) ? reader.selector(valueAt(node, name)) : undefined)
  const podSelector = select('podSelector')
  const namespaceSelector = select('namespaceSelector')
  const block = setAt(node, 'ipBlock')
  const blocks = block !== undefined
  const ipBlock = blocks ? readIpBlock(block, reader) : undefined
  const selects = podSelector !== undefined || namespaceSelector !== undefined
  if (!selects && !blocks && !reader.isTemplate(node, 'a peer'))
    reader.refuse('peer-invalid', node, 'a peer needs podSelector, namespaceSelector or ipBlock')
  if (selects && blocks) reader.refuse('peer-invalid', node, 'ipBlock cannot stand beside a selector in one item')
  const valid = selects !== blocks && (!blocks || ipBlock !== undefined)
  return { span: reader.spanOf(node), node, podSelector, namespaceSelector, ipBlock, valid }
}

function readIpBlock(node: YamlNode, reader: PolicyReader): IpBlock | undefined {
  reader.checkFields(node, networkPolicyFields.ipBlock)
  const cidr = valueAt(node, 'cidr')
  if (node.kind !== 'mapping' || cidr === undefined || textAt(cidr) === undefined) {
    if (!reader.isTemplate(node, 'ipBlock')) reader.refuse('cidr-invalid', node, 'ipBlock has no cidr')
    return undefined
  }
  const whole = reader.cidr(cidr, 'cidr-invalid')
  if (whole === undefined) return undefined
  const items = itemsAt(node, 'except')
  const except = items.map((item) => readExcept(item, whole, textAt(cidr) as string, reader))
  if (except.includes(undefined)) return undefined
  const addresses = except.reduce<AddressSet>((left, set) => left.subtract(set as AddressSet), whole)
  return { cidr: textAt(cidr) as string, except: items.map((item) => textAt(item) ?? ''), addresses, node }
}

function readExcept(node: YamlNode, whole: AddressSet, cidr: string, reader: PolicyReader): AddressSet | undefined {
  const set = reader.cidr(node, 'except-invalid')
  if (set === undefined || (set.isSubsetOf(whole) && !set.equals(whole))) return set
  reader.refuse('except-invalid', node, `except ${textAt(node)} does not lie strictly inside ${cidr}`)
  return undefined
}

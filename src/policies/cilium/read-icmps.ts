import { isUnset, valueAt, type YamlNode } from '../../manifests/node.ts'
import { integerAt, textAt } from '../../model/fields.ts'
import { ConnectionSet } from '../../sets/connection-set.ts'
import { portRange } from '../../sets/port-set.ts'
import { nearest } from '../../source/nearest.ts'
import type { Context } from './context.ts'
import { ciliumFields } from './fields.ts'
import { icmpTypes } from './icmp-types.ts'
import type { CiliumPort } from './spec.ts'

const MOST_FIELDS = 40

/** One item of `icmps`: types of messages, whatever their code. */
export function readIcmps(node: YamlNode, context: Context): CiliumPort[] {
  const { reader } = context
  const span = reader.spanOf(node)
  if (reader.isTemplate(node, 'an ICMP type')) return [{ span, connections: undefined }]
  reader.checkFields(node, ciliumFields.icmps)
  const items = reader.list(node, 'fields')
  if (items === undefined) return [{ span, connections: undefined }]
  if (items.length > MOST_FIELDS)
    reader.refuse(
      'list-invalid',
      valueAt(node, 'fields'),
      `fields has at most ${MOST_FIELDS} items, not ${items.length}`,
    )
  return items.map((item) => ({ span: reader.spanOf(item), connections: readField(item, context) }))
}

function readField(node: YamlNode, context: Context): ConnectionSet | undefined {
  const { reader } = context
  if (reader.isTemplate(node, 'an ICMP type')) return undefined
  reader.checkFields(node, ciliumFields.icmpField)
  const family = isUnset(valueAt(node, 'family')) ? 'IPv4' : textAt(node, 'family')
  if (family !== 'IPv4' && family !== 'IPv6') {
    const written = valueAt(node, 'family')
    if (!reader.isTemplate(written, 'the family'))
      reader.refuse('icmp-invalid', written, 'family is IPv4 or IPv6, in this spelling')
    return undefined
  }
  const type = readType(node, family, context)
  if (type === undefined) return undefined
  return ConnectionSet.of(family === 'IPv4' ? 'ICMP' : 'ICMPv6', portRange(type * 256, type * 256 + 255))
}

function readType(node: YamlNode, family: 'IPv4' | 'IPv6', { reader }: Context): number | undefined {
  const written = valueAt(node, 'type')
  if (reader.isTemplate(written, 'an ICMP type')) return undefined
  const text = textAt(written) ?? ''
  const number = integerAt(written) ?? (/^\d+$/.test(text) ? Number(text) : undefined)
  if (number !== undefined && number >= 0 && number <= 255) return number
  const names = icmpTypes[family]
  if (Object.hasOwn(names, text)) return names[text]
  const meant = nearest(text, Object.keys(names))
  const hint =
    meant === undefined ? `Types are 0 to 255, or ${Object.keys(names).join(', ')}.` : `Did you mean ${meant}?`
  reader.refuse('icmp-invalid', written ?? node, `${text || 'this'} is no type of ${family} messages`, hint)
  return undefined
}

import { valueAt, type YamlNode } from '../../manifests/node.ts'
import { isSet, itemsAt, setAt, textAt } from '../../model/fields.ts'
import type { Direction } from '../entry.ts'
import { type Context, refuse } from './context.ts'
import { ruleFields } from './fields.ts'
import { protocols, type ReadProtocol } from './read-protocol.ts'
import type { CalicoVerdict } from './spec.ts'

/** Whether a rule has conditions on HTTP. They are checked, and otherwise count for nothing: the port is allowed. */
export function readHttp(
  rule: YamlNode,
  {
    direction,
    verdict,
    protocol,
  }: { direction: Direction; verdict: CalicoVerdict | undefined; protocol: ReadProtocol },
  context: Context,
): boolean {
  const { reader } = context
  const node = setAt(rule, 'http')
  if (node === undefined) return false
  if (reader.isTemplate(node, 'http')) return true
  const at = reader.entrySpan(rule, 'http')
  reader.checkFields(node, ruleFields.http)
  if (verdict !== 'allow') refuse(context, 'http-invalid', at, 'http goes with the action Allow only')
  if (direction === 'egress') refuse(context, 'http-invalid', at, 'http goes with ingress rules only')
  if (!protocol.isUnreadable && protocol.protocol !== undefined && protocol.protocol !== protocols.TCP)
    refuse(context, 'http-invalid', at, 'http goes with protocol TCP only')
  checkMethods(node, context)
  for (const item of itemsAt(node, 'paths')) checkPath(item, context)
  reader.report(
    'http-not-enforced',
    at,
    'conditions on HTTP count with the application layer policy only; without it every request is allowed',
    'none',
    'Allow no port that may not be open to every request.',
  )
  return true
}

function checkMethods(http: YamlNode, context: Context): void {
  const seen = new Set<string>()
  for (const item of itemsAt(http, 'methods')) {
    const method = textAt(item) ?? ''
    if (seen.has(method)) refuse(context, 'http-invalid', item, `the method ${method} is listed twice`)
    seen.add(method)
  }
}

/** Exactly one of `exact` and `prefix`, a path without query or fragment. */
function checkPath(node: YamlNode, context: Context): void {
  context.reader.checkFields(node, ruleFields.httpPath)
  const given = (['exact', 'prefix'] as const).filter((field) => isSet(node, field))
  if (given.length !== 1) {
    refuse(context, 'http-invalid', node, 'a path has exactly one of exact and prefix')
    return
  }
  const value = valueAt(node, given[0] as string)
  const path = textAt(value) ?? ''
  if (!/^\/[^?# ]*$/.test(path) && !context.reader.isTemplate(value, 'a path'))
    refuse(context, 'http-invalid', value, 'a path begins with / and has no ?, # or blank')
}

import { isUnset, valueAt, type YamlNode } from '../../manifests/node.ts'
import { itemsAt, textAt } from '../../model/fields.ts'
import { allConditions } from '../../sets/qualifier.ts'
import { type Context, isSince, type Section } from './context.ts'
import { queryCondition } from './domain-pattern.ts'
import { ciliumFields } from './fields.ts'
import { readDomainCondition } from './read-peers.ts'
import type { ReadPort } from './read-ports.ts'

const l7Kinds = ['http', 'dns', 'kafka', 'l7', 'l7proto'] as const

/**
 * Conditions beyond ports of one item of `toPorts`, each as one qualifier; a connection has to meet one of them. None:
 * no condition.
 */
export function readConditions(
  node: YamlNode,
  ports: readonly ReadPort[],
  section: Section,
  context: Context,
): readonly string[] {
  const { reader } = context
  const rules = valueAt(node, 'rules')
  reader.checkFields(rules, ciliumFields.l7Rules)
  const kinds = l7Kinds.filter((kind) => !isEmptyField(rules, kind) && !isGone(kind, rules, context))
  checkListener(node, kinds, section, context)
  const names = readServerNames(node, kinds, context)
  if (kinds.length === 0) return names
  checkPorts(rules as YamlNode, kinds, ports, section, context)
  if (kinds.includes('http')) return readHttp(rules as YamlNode, context)
  return kinds.includes('dns') ? readDns(rules as YamlNode, context) : ['other rules of layer 7']
}

/** Since 1.20 the field is dropped, and what it asked for with it. */
function isGone(kind: (typeof l7Kinds)[number], rules: YamlNode | undefined, context: Context): boolean {
  if (kind === 'http' || kind === 'dns' || !isSince(context, '1.20')) return false
  context.reader.report(
    'unknown-field',
    valueAt(rules, kind),
    `${kind} is gone since Cilium 1.20; without it every connection to these ports is allowed`,
    'none',
    'Allow what is needed by ports, or by rules for HTTP.',
  )
  return true
}

function isEmptyField(node: YamlNode | undefined, name: string): boolean {
  const value = valueAt(node, name)
  return isUnset(value) || (value?.kind === 'sequence' && value.items.length === 0)
}

function checkListener(node: YamlNode, kinds: readonly string[], { direction }: Section, { reader }: Context): void {
  const listener = valueAt(node, 'listener')
  if (isUnset(listener)) return
  if (direction === 'ingress') reader.refuse('l7-invalid', listener, 'a listener may stand in egress entries only')
  if (kinds.length > 0) reader.refuse('l7-invalid', listener, 'a listener cannot stand beside rules of layer 7')
}

function readServerNames(node: YamlNode, kinds: readonly string[], { reader }: Context): string[] {
  const items = reader.list(node, 'serverNames') ?? []
  const isTerminated = !isUnset(valueAt(node, 'terminatingTLS'))
  const [first] = items
  if (first !== undefined && kinds.length > 0 && !isTerminated)
    reader.refuse('l7-invalid', first, 'serverNames beside rules of layer 7 need terminatingTLS')
  return items.map((item) => {
    const name = textAt(item) ?? ''
    if (name === '') reader.refuse('l7-invalid', item, 'a server name must not be empty')
    return allConditions('TLS', `server name ${name.toLowerCase()}`)
  })
}

/** Which ports rules of layer 7 may stand beside. */
function checkPorts(
  rules: YamlNode,
  kinds: readonly string[],
  ports: readonly ReadPort[],
  { direction }: Section,
  { reader }: Context,
): void {
  const [only, another] = kinds.filter((kind) => kind !== 'l7proto')
  const read = ports.filter(({ connections }) => connections !== undefined)
  const at = valueAt(rules, only ?? 'l7proto')
  if (another !== undefined) reader.refuse('l7-invalid', at, `rules hold one of ${l7Kinds.join(', ')}, not several`)
  if (ports.some(({ isEvery }) => isEvery)) reader.refuse('l7-invalid', at, 'rules of layer 7 cannot stand on port 0')
  if (only === 'http' && read.some(({ protocol }) => protocol !== 'TCP'))
    reader.refuse('l7-invalid', at, 'rules for HTTP need protocol TCP on every port', 'Write protocol: TCP.')
  if (only !== 'dns') return
  if (direction === 'ingress') reader.refuse('l7-invalid', at, 'rules for DNS may stand in egress entries only')
  if (ports.length === 0) reader.refuse('l7-invalid', at, 'rules for DNS need ports')
  if (ports.some(({ isRange }) => isRange)) reader.refuse('l7-invalid', at, 'rules for DNS cannot stand on a range')
}

function readHttp(rules: YamlNode, context: Context): string[] {
  return itemsAt(rules, 'http').map((item) => {
    const { reader } = context
    if (reader.isTemplate(item, 'a rule for HTTP')) return allConditions('HTTP', 'a request a template tells')
    reader.checkFields(item, ciliumFields.httpRule)
    const fields = (['method', 'path', 'host'] as const).flatMap((name) => {
      const text = textAt(item, name) ?? ''
      if (text !== '' && !isRegularExpression(text))
        reader.refuse('l7-invalid', valueAt(item, name), `${name} is no regular expression`)
      return text === '' ? [] : [`${name} ${text}`]
    })
    const headers = itemsAt(item, 'headers').map((header) => `header ${textAt(header) ?? ''}`)
    const matches = itemsAt(item, 'headerMatches').flatMap((header) => readHeader(header, context))
    return allConditions('HTTP', ...fields, ...headers, ...matches)
  })
}

/** Go's expressions are not JavaScript's: what compiles in either is taken. */
function isRegularExpression(text: string): boolean {
  if (/\(\?[imsU-]+[:)]|\(\?P<|\\Q/.test(text)) return true
  try {
    new RegExp(text)
    return true
  } catch {
    return false
  }
}

const tolerated: ReadonlySet<string> = new Set(['LOG', 'ADD', 'DELETE', 'REPLACE'])

/** A header that has to be there; one whose mismatch is only mended or logged admits every request. */
function readHeader(node: YamlNode, { reader }: Context): string[] {
  reader.checkFields(node, ciliumFields.headerMatch)
  const name = textAt(node, 'name') ?? ''
  if (name === '') reader.refuse('l7-invalid', node, 'a header has no name')
  if (tolerated.has(textAt(node, 'mismatch') ?? '')) return []
  const value = textAt(node, 'value')
  const secret = isUnset(valueAt(node, 'secret')) ? '' : ' from a secret'
  return [`header ${name}${value === undefined || value === '' ? secret : `: ${value}`}`]
}

function readDns(rules: YamlNode, context: Context): string[] {
  return itemsAt(rules, 'dns').map((item) => {
    const condition = readDomainCondition(item, context, queryCondition)
    if (condition === undefined) return allConditions('DNS', 'a query that cannot be read')
    return condition === 'query *' ? 'DNS' : allConditions('DNS', condition)
  })
}

import { isUnset, type ScalarNode, type YamlNode } from '../../manifests/node.ts'
import { type LabelExpression, requirement } from '../../model/label-expression.ts'
import { type Context, refuse, spanWithin } from './context.ts'
import { parseSelector } from './parse-selector.ts'
import { mapLabels, mentionsGlobal, type Selector } from './selector.ts'
import { expressionOf } from './selector-expression.ts'

/** Where Calico puts labels that an endpoint has from its namespace and from its service account. */
export const NAMESPACE_PREFIX = 'pcns.'
export const ACCOUNT_PREFIX = 'pcsa.'
export const ACCOUNT_KEY = 'projectcalico.org/serviceaccount'

const unreadable: LabelExpression = { kind: 'unreadable' }

/** A condition from a selector field; undefined where none is written. One that cannot be read may match anything. */
export function readSelector(
  node: YamlNode | undefined,
  context: Context,
  prefix: '' | typeof NAMESPACE_PREFIX | typeof ACCOUNT_PREFIX = '',
): LabelExpression | undefined {
  const selector = selectorAt(node, context)
  if (selector === undefined || selector === 'unreadable') return selector && unreadable
  if (mentionsGlobal(selector)) {
    const hint = 'global() stands alone, in the namespaceSelector of a source or destination.'
    refuse(context, 'selector-invalid', node, 'global() has no place in this selector', hint)
    return unreadable
  }
  return expressionOf(mapLabels(selector, (label) => `${prefix}${label}`))
}

/** The namespace selector of a rule, which alone may be `global()`. */
export function readNamespaceSelector(
  node: YamlNode | undefined,
  context: Context,
): LabelExpression | 'global' | undefined {
  const selector = selectorAt(node, context)
  if (selector === undefined || selector === 'unreadable') return selector && unreadable
  if (selector.kind === 'global()') return 'global'
  return readSelector(node, context, NAMESPACE_PREFIX)
}

/** Accounts by name: the label that every pod has. */
export const accountsNamed = (names: readonly string[]): LabelExpression => requirement(ACCOUNT_KEY, 'In', names)

/** An empty selector is none; one that nobody can read is reported at the letter where it goes wrong. */
function selectorAt(node: YamlNode | undefined, context: Context): Selector | 'unreadable' | undefined {
  if (node === undefined || isUnset(node)) return undefined
  if (context.reader.isTemplate(node, 'a selector')) return 'unreadable'
  if (node.kind !== 'scalar' || typeof node.value !== 'string') {
    refuse(context, 'selector-invalid', node, 'a selector is a text', 'Put it in quotes, such as \'app == "web"\'.')
    return 'unreadable'
  }
  if (node.value === '') return undefined
  const parsed = parseSelector(node.value)
  if (parsed.ok) return parsed.selector
  const at = spanWithin(context.reader, node, parsed.at, parsed.length)
  refuse(
    context,
    'selector-invalid',
    at,
    `this selector goes wrong at character ${parsed.at + 1}: ${parsed.problem}`,
    hintFor(node),
  )
  return 'unreadable'
}

function hintFor({ value, style }: ScalarNode): string {
  if (style === 'block' && String(value).includes('\n'))
    return 'A selector is one line; a block that begins with | or > ends in a line break unless - follows.'
  return 'Conditions read: app == "web", app in {"web", "api"}, has(app), joined by && and ||.'
}

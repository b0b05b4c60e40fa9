import { parseAst } from 'rolldown/parseAst'

/** What one module takes from outside itself. */
export interface ModuleFacts {
  /** Specifiers of static, dynamic and type imports, and of re-exports, as written. */
  readonly imports: readonly string[]
  /** Uses of the world that need no import: `console.log`, `process.env`, `Date.now`, `new Date()`. */
  readonly world: readonly string[]
}

interface AstNode {
  readonly type: string
  readonly [field: string]: unknown
}

const worldObjects: ReadonlySet<string> = new Set([
  'Bun',
  'Deno',
  'console',
  'crypto',
  'globalThis',
  'performance',
  'process',
])
const worldCalls: ReadonlySet<string> = new Set([
  'fetch',
  'queueMicrotask',
  'setImmediate',
  'setInterval',
  'setTimeout',
])
const worldMembers: ReadonlySet<string> = new Set(['Date.now', 'Math.random'])

export function moduleFacts(text: string): ModuleFacts {
  const nodes = [...descendants(parseAst(text, { lang: 'ts' }))]
  return { imports: nodes.flatMap(importedBy), world: nodes.flatMap(worldUsedBy) }
}

function* descendants(value: unknown): Generator<AstNode> {
  if (Array.isArray(value)) for (const item of value) yield* descendants(item)
  if (!isNode(value)) return
  yield value
  for (const child of Object.values(value)) yield* descendants(child)
}

function importedBy({ source }: AstNode): readonly string[] {
  if (!isNode(source)) return []
  return [typeof source.value === 'string' ? source.value : 'an import that is no literal']
}

function worldUsedBy(node: AstNode): readonly string[] {
  const callee = nameOf(node.callee)
  if (
    node.type === 'NewExpression' &&
    callee === 'Date' &&
    Array.isArray(node.arguments) &&
    node.arguments.length === 0
  )
    return ['new Date()']
  if (node.type === 'CallExpression' && (worldCalls.has(callee) || callee === 'Date')) return [`${callee}()`]
  if (node.type !== 'MemberExpression') return []
  const member = `${nameOf(node.object)}.${nameOf(node.property)}`
  return worldObjects.has(nameOf(node.object)) || worldMembers.has(member) ? [member] : []
}

function nameOf(value: unknown): string {
  return isNode(value) && value.type === 'Identifier' ? String(value.name) : ''
}

function isNode(value: unknown): value is AstNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

import { entryOf, isUnset, valueAt, type YamlNode } from '../../manifests/node.ts'
import { textAt } from '../../model/fields.ts'
import { nearest } from '../../source/nearest.ts'
import type { Direction } from '../entry.ts'
import { type Context, isRenamed, isStored, refuse } from './context.ts'
import type { CalicoPolicySpec } from './spec.ts'

type Types = CalicoPolicySpec['types']

const both: Types = { ingress: 'yes', egress: 'yes' }
const unknown: Types = { ingress: 'unknown', egress: 'unknown' }
const names: Readonly<Record<string, Direction>> = { Ingress: 'ingress', Egress: 'egress' }

/** Directions a policy has a say in. What is not written is filled in, but for stored objects, where it means both. */
export function readTypes(spec: YamlNode | undefined, context: Context): Types {
  const { reader } = context
  const node = valueAt(spec, 'types')
  if (isUnset(node)) return isStored(context) ? both : defaultTypes(spec, context)
  if (reader.isTemplate(node, 'types')) return unknown
  const items = reader.list(spec, 'types')
  if (items === undefined) return unknown
  if (items.length === 0) {
    if (isStored(context)) return both
    refuse(context, 'policy-type-invalid', node, 'types is empty; it holds Ingress, Egress or both')
    return unknown
  }
  return readItems(items, context)
}

function readItems(items: readonly YamlNode[], context: Context): Types {
  const found = new Set<Direction>()
  let isUnreadable = false
  for (const item of items) {
    const text = textAt(item) ?? ''
    const direction = names[text]
    if (direction === undefined) {
      isUnreadable = true
      if (!context.reader.isTemplate(item, 'an item of types')) refuseItem(item, text, context)
    } else if (found.has(direction)) refuse(context, 'policy-type-invalid', item, `types holds ${text} twice`)
    else found.add(direction)
  }
  const other = isUnreadable ? 'unknown' : 'no'
  return { ingress: found.has('ingress') ? 'yes' : other, egress: found.has('egress') ? 'yes' : other }
}

function refuseItem(item: YamlNode, text: string, context: Context): void {
  const meant = nearest(text, Object.keys(names))
  const hint = meant === undefined ? undefined : `Did you mean ${meant}?`
  refuse(context, 'policy-type-invalid', item, 'an item of types is Ingress or Egress, in this spelling', hint)
}

/**
 * calicoctl and Calico's API server look whether lists hold rules; where the objects are native ones, since 3.32, what
 * counts is whether they are written.
 */
function defaultTypes(spec: YamlNode | undefined, context: Context): Types {
  const hasRules = (direction: Direction): boolean => {
    const node = valueAt(spec, direction)
    return !isUnset(node) && !(node?.kind === 'sequence' && node.items.length === 0)
  }
  const isWritten = (direction: Direction): boolean => !isUnset(valueAt(spec, direction))
  const byLength = filledIn(hasRules)
  const byPresence = filledIn(isWritten)
  const [differs] = (['ingress', 'egress'] as const).filter(
    (direction) => byLength[direction] !== byPresence[direction],
  )
  if (differs === undefined || !isRenamed(context.surroundings)) return byLength
  const empty = (['ingress', 'egress'] as const).find((direction) => isWritten(direction) && !hasRules(direction))
  context.reader.report(
    'policy-types-ambiguous',
    entryOf(spec, empty ?? 'ingress')?.value,
    `without types, an empty list counts as rules where Calico's objects are native ones, and not elsewhere: whether the policy speaks of ${differs} is unknown`,
    'unknown',
    'Write types.',
  )
  const merge = (direction: Direction): 'yes' | 'no' | 'unknown' =>
    byLength[direction] === byPresence[direction] ? byLength[direction] : 'unknown'
  return { ingress: merge('ingress'), egress: merge('egress') }
}

/** Ingress, unless only egress has something. */
function filledIn(has: (direction: Direction) => boolean): Types {
  const egress = has('egress')
  return { ingress: has('ingress') || !egress ? 'yes' : 'no', egress: egress ? 'yes' : 'no' }
}

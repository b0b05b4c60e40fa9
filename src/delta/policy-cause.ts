import type { Resource, ResourceId } from '../manifests/resource.ts'
import { showId } from '../model/cluster.ts'
import type { Side } from '../reach/universe.ts'
import type { Span } from '../source/span.ts'
import type { Cause } from './cause.ts'
import type { NodeChange } from './node-diff.ts'

/** A policy that is on one side only. */
export function wholePolicy(policy: ResourceId, manifest: Resource, side: Side, at?: Span): Cause {
  const name = showId(policy)
  return {
    kind: side === 'base' ? 'policy-removed' : 'policy-added',
    object: policy,
    at: { side, span: at ?? manifest.name.span },
    near: undefined,
    text: side === 'base' ? `${name} was removed` : `${name} was added`,
  }
}

/** One edit of a policy. */
export function policyCause(policy: ResourceId, change: NodeChange): Cause {
  return {
    kind: 'policy-changed',
    object: policy,
    ...placeOf(change),
    text: `${showId(policy)}: ${describe(change)}`,
    ...nearOf(change),
  }
}

/** The head side shows a change best; what was deleted stands on the base side only. */
export function placeOf({ base, head }: NodeChange): Pick<Cause, 'at'> {
  return { at: head === undefined ? { side: 'base', span: base as Span } : { side: 'head', span: head } }
}

/** What was deleted is commented on near the node that held it. */
export function nearOf({ head, parent }: NodeChange): Pick<Cause, 'near'> {
  return { near: head === undefined ? { side: 'head', span: parent.head } : undefined }
}

/** `ingress rule 2, to was removed`. */
function describe({ path, base, head, moved }: NodeChange): string {
  const verb = moved ? 'moved' : base === undefined ? 'was added' : head === undefined ? 'was removed' : 'changed'
  return `${showFieldPath(path)} ${verb}`
}

/** `spec.ingress[1].from[0].podSelector` as a person says it: `ingress rule 2, from item 1, podSelector`. */
function showFieldPath(path: NodeChange['path']): string {
  const parts: string[] = []
  for (const part of path) {
    if (typeof part === 'number') {
      const list = parts.pop() ?? 'list'
      parts.push(/^(in|e)gress(Deny)?$/.test(list) ? `${list} rule ${part + 1}` : `${list} item ${part + 1}`)
    } else if (part !== 'spec' || path.length === 1) parts.push(part)
  }
  return parts.join(', ')
}

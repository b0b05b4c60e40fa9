import type { ResourceId } from '../manifests/resource.ts'
import type { Direction } from '../policies/entry.ts'
import type { Side } from '../reach/universe.ts'
import type { Span } from '../source/span.ts'

/** A place on one side; `base` is a line the change deleted or the state before it. */
export interface SidedSpan {
  readonly side: Side
  readonly span: Span
}

/**
 * What in the change made a connection possible or impossible. `policy`: a policy or a part of it; `labels`: labels of
 * a workload; `reference`: an object that a policy refers to; `namespace`: labels of a namespace; `workload`: host networking or ports of a pod; `service`, `entry`:
 * an object that lets traffic in; `profile`: the configuration.
 */
export interface Cause {
  readonly kind:
    | 'policy-added'
    | 'policy-removed'
    | 'policy-changed'
    | 'reference'
    | 'labels'
    | 'namespace'
    | 'workload'
    | 'profile'
  /** The object whose text changed. */
  readonly object: ResourceId
  /** The narrowest changed node; for something deleted the node it was on the base side. */
  readonly at: SidedSpan
  /** Where to comment when the diff does not show `at`: the nearest node that exists on the head side. */
  readonly near: SidedSpan | undefined
  /** Direction in which the subject begins to be default-deny because of this, when that is what it does. */
  readonly isolates?: Direction
  /** `NetworkPolicy shop/web, ingress rule 1: port TCP 5558 was added`. */
  readonly text: string
}

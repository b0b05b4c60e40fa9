import { z } from 'zod'
import type { Delta } from '../delta/delta.ts'
import type { SideView } from '../delta/side-view.ts'
import type { ResourceId } from '../manifests/resource.ts'
import type { RuleHit, Severity } from './finding.ts'

/** What a rule says of itself; shown in the catalogue, the configuration schema and SARIF. */
export interface RuleMeta {
  readonly id: string
  readonly title: string
  readonly severity: Severity
  /** `suggestion`: one click applies it; `patch`: text to take over by hand. */
  readonly fix: 'suggestion' | 'patch' | 'none'
  /** Frameworks and topics, at most ten: `cis-5.3.2`, `mitre-t1190`. */
  readonly tags: readonly string[]
  /**
   * For what is superfluous rather than wrong: news only on an object that the change touches. Elsewhere a finding that
   * comes or goes is a consequence, and counts as one that was there.
   */
  readonly onlyTouched?: true
}

/** Looks at one side at a time; the run compares the two and tells new findings from existing ones. */
export interface SideContext<Options> {
  readonly view: SideView
  /** The side it is compared with; undefined where the cluster exists on one only. */
  readonly other: SideView | undefined
  readonly options: Options
  /** Whether anything a rule of `onlyTouched` says of a policy would be told; it need not look at others. */
  readonly isAsked: (policy: ResourceId) => boolean
}

/** Looks at the change itself; what it finds is new by definition. */
export interface DeltaContext<Options> {
  readonly base: SideView
  readonly head: SideView
  readonly delta: Delta
  readonly options: Options
}

export type Rule = RuleMeta & {
  readonly options: z.ZodObject
} & (
    | { readonly scope: 'side'; check(context: SideContext<never>): Iterable<RuleHit> }
    | { readonly scope: 'delta'; check(context: DeltaContext<never>): Iterable<RuleHit> }
  )

type RuleDefinition<Shape extends z.ZodRawShape, Scope extends 'side' | 'delta'> = RuleMeta & {
  readonly scope: Scope
  /** Options under the rule's id in the configuration, each with a default and a description. */
  readonly options: z.ZodObject<Shape>
  check(
    context: Scope extends 'side'
      ? SideContext<z.output<z.ZodObject<Shape>>>
      : DeltaContext<z.output<z.ZodObject<Shape>>>,
  ): Iterable<RuleHit>
}

/** Gives a rule its types. Options reach `check` parsed, with defaults filled in. */
export function defineRule<Shape extends z.ZodRawShape, Scope extends 'side' | 'delta'>(
  definition: RuleDefinition<Shape, Scope>,
): Rule {
  return definition as unknown as Rule
}

/** For rules without options. */
export const noOptions = z.strictObject({})

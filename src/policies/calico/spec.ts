import type { ResourceId } from '../../manifests/resource.ts'
import type { LabelExpression } from '../../model/label-expression.ts'
import type { AddressSet } from '../../sets/address-set.ts'
import type { ConnectionSet } from '../../sets/connection-set.ts'
import type { Span } from '../../source/span.ts'
import type { Direction } from '../entry.ts'

/**
 * A policy as read: defaults applied, every part with its place. Conditions are over labels as Calico knows them: those
 * of the namespace under `pcns.`, those of the service account under `pcsa.`.
 */
export interface CalicoPolicySpec {
  readonly id: ResourceId
  /** Undefined for policies of the whole cluster. */
  readonly namespace: string | undefined
  readonly tier: string
  /** The place that names the tier; the object's name where none does. */
  readonly tierSpan: Span
  /** Undefined: last in its tier. `unknown`: a template decides. */
  readonly order: number | 'unknown' | undefined
  readonly orderSpan: Span | undefined
  /** All that its selectors ask for. */
  readonly selects: LabelExpression
  /** Whether it may select host endpoints. */
  readonly takesHosts: boolean
  /** Whether it only speaks of traffic of host endpoints before translation, or without tracking. */
  readonly isForHostsOnly: boolean
  readonly types: Readonly<Record<Direction, 'yes' | 'no' | 'unknown'>>
  /** `types` from key to end, else `selector`, else the name. */
  readonly typesSpan: Span
  readonly rules: Readonly<Record<Direction, readonly CalicoRule[]>>
  /** Whether Calico refuses the object, or a template decides on all of it or on its tier. */
  readonly refused: boolean
}

export type CalicoVerdict = 'allow' | 'deny' | 'pass' | 'log'

export interface CalicoRule {
  readonly direction: Direction
  /** 0-based place in its list. */
  readonly index: number
  readonly span: Span
  /** Undefined where the action is none there is. */
  readonly verdict: CalicoVerdict | undefined
  /** Protocols, ICMP types and destination ports; names stay symbolic. */
  readonly connections: ConnectionSet
  /** Items of `destination.ports` with what each allows. */
  readonly ports: readonly { readonly connections: ConnectionSet; readonly span: Span }[]
  /** What ports cannot say, such as `from port 80`; all of it has to hold. */
  readonly conditions: readonly string[]
  /** Whether a part of what it speaks of cannot be read, so that `connections` is the most it may be. */
  readonly isUncertain: boolean
  readonly family: 4 | 6 | undefined
  readonly source: CalicoEntity | undefined
  readonly destination: CalicoEntity | undefined
  /** Whether it has conditions on HTTP, which count for nothing where they are not enforced. */
  readonly http: boolean
}

/** One end of a rule. All that is given has to hold. */
export interface CalicoEntity {
  readonly span: Span
  readonly selector: LabelExpression | undefined
  readonly notSelector: LabelExpression | undefined
  readonly namespaceSelector: LabelExpression | undefined
  /** Whether the namespace selector is `global()`: what lives in no namespace. */
  readonly isGlobal: boolean
  readonly accounts: LabelExpression | undefined
  readonly nets: AddressSet | undefined
  readonly notNets: AddressSet | undefined
  readonly service: { readonly name: string; readonly namespace: string; readonly span: Span } | undefined
  readonly domains: readonly string[]
  /** Whether a condition is there that nobody can read: it may hold of anybody. */
  readonly isUnreadable: boolean
}

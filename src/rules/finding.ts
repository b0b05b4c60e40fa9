import type { SidedSpan } from '../delta/cause.ts'
import type { ResourceId } from '../manifests/resource.ts'
import type { Span } from '../source/span.ts'

export type Severity = 'error' | 'warning' | 'note'

/** How sure a finding is; severity is how bad it would be. */
export type Confidence = 'certain' | 'likely' | 'possible'

/** Against base: `worse` carries more connections than before, `existing` was there already, `fixed` is gone in head. */
export type Status = 'new' | 'worse' | 'existing' | 'fixed'

/** Replaces the text of a span on the head side; zero width inserts. */
export interface TextEdit {
  readonly span: Span
  readonly text: string
}

/** A change of text that makes the finding go away. Edits lie in one file and do not overlap. */
export interface Fix {
  readonly title: string
  readonly edits: readonly TextEdit[]
}

/** What a rule says about one object of one side. */
export interface RuleHit {
  /** The object the finding is about: with `discriminator` and the rule it makes the fingerprint. */
  readonly object: ResourceId
  /** Tells several findings of one rule on one object apart; never a path, a line or an index that moves. */
  readonly discriminator: string
  readonly at: SidedSpan
  /** Where to comment when the diff does not show `at`. */
  readonly near?: SidedSpan | undefined
  readonly related?: readonly { readonly at: SidedSpan; readonly message: string }[]
  readonly message: string
  readonly remedy: string
  readonly confidence: Confidence
  /** Overrides the rule's severity: `selector-matches-no-workload` in an open cluster is a note. */
  readonly severity?: Severity
  /** A packet that proves it: `shop/web → shop/payments TCP 5432`. */
  readonly witness?: string
  /** How the verdict came about, entry by entry. */
  readonly trace?: readonly string[]
  /** Canonical text of what the finding carries; a superset on head than on base makes it worse. */
  readonly measure?: ReadonlySet<string>
  readonly fix?: Fix
  /** A policy to add or other text to take over by hand, shown in a fenced block. */
  readonly patch?: { readonly path: string; readonly text: string }
}

/** A hit with its place in the run: what reports print and the outcome is decided on. */
export interface Finding extends Omit<RuleHit, 'severity' | 'measure'> {
  readonly rule: string
  readonly title: string
  readonly severity: Severity
  readonly status: Status
  /** Hash of rule, object and discriminator, in hexadecimal; the same on both sides and in every cluster. */
  readonly fingerprint: string
  /** Names of the clusters it was found in, sorted. */
  readonly clusters: readonly string[]
}

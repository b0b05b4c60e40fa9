import type { AccessChange } from '../delta/access-change.ts'
import type { SidedSpan } from '../delta/cause.ts'
import type { ExposureChange } from '../delta/exposure.ts'
import type { Side } from '../reach/universe.ts'
import type { Finding, Severity } from '../rules/finding.ts'
import type { Diagnostic } from '../source/diagnostic.ts'

export type Verdict = 'pass' | 'fail' | 'incomplete'

/** The gate's answer and the sentences that say why, most important first. */
export interface Outcome {
  readonly verdict: Verdict
  readonly reasons: readonly string[]
}

/** Everything a report can print. Rendering never changes the outcome. */
export interface Report {
  readonly tool: { readonly name: 'portcullis'; readonly version: string }
  /** ISO 8601, UTC. */
  readonly evaluatedAt: string
  readonly sides: Readonly<Record<Side, SideLabel>>
  readonly configuration: ConfigurationLabel
  readonly outcome: Outcome
  readonly clusters: readonly ClusterReport[]
  /** Folded across clusters; sorted by file, line, rule. */
  readonly findings: readonly Finding[]
  readonly gaps: readonly Gap[]
  readonly coverage: Coverage
  /** Sentences about the run itself: no merge commit, configuration previewed, an unknown that one line of configuration would settle. */
  readonly notes: readonly string[]
}

export interface SideLabel {
  /** `main`, `merge of #12`, `working tree`, a folder. */
  readonly label: string
  /** Commit, where there is one. */
  readonly sha: string | undefined
}

export interface ConfigurationLabel {
  /** Path of the file in force, or undefined when the preset alone gates. */
  readonly path: string | undefined
  readonly preset: string
  readonly sha: string | undefined
  readonly failOn: Severity | 'none'
  /** `changed`: new and worse findings gate, older ones are a count; `all`: every finding gates and is listed. */
  readonly scope: 'changed' | 'all'
}

/** One cluster's delta in sentences. */
export interface ClusterReport {
  readonly name: string
  /** Whether more may be applied than was seen. */
  readonly open: boolean
  /** `both`, or the one side on which the cluster exists. */
  readonly presence: 'both' | Side
  /** Whether head lies within base; `other` for a cluster of one side. */
  readonly access: AccessChange
  /** Whether some policy differs, be it in words only. */
  readonly policiesDiffer: boolean
  readonly changes: readonly ChangeReport[]
  readonly exposure: readonly ExposureChange[]
  readonly addedWorkloads: readonly string[]
  readonly removedWorkloads: readonly string[]
}

export interface ChangeReport {
  readonly kind: 'added' | 'removed' | 'widened' | 'narrowed' | 'replaced'
  readonly certainty: 'certain' | 'possible'
  readonly sentence: string
  readonly sources: string
  readonly destinations: string
  /** Shown connection sets; empty strings where nothing was gained or lost. */
  readonly gained: string
  readonly lost: string
  readonly base: string
  readonly head: string
  readonly causes: readonly { readonly text: string; readonly at: SidedSpan; readonly near: SidedSpan | undefined }[]
}

/** Something that could not be analysed. `new` gaps, and those a changed object lies in, make the run incomplete. */
export interface Gap {
  readonly diagnostic: Diagnostic
  readonly side: Side
  readonly status: 'new' | 'existing' | 'touched'
  /** Whether the answer could be wrong because of it. */
  readonly blocking: boolean
}

/** What was read, and what was not: printed in every summary so that silence never looks like success. */
export interface Coverage {
  readonly files: number
  readonly resources: number
  readonly workloads: number
  readonly policies: number
  readonly namespaces: number
  readonly clusters: number
  /** Recognised and not read: `workflow` 3, `values file` 2, `kustomization` 4. */
  readonly others: readonly { readonly kind: string; readonly count: number }[]
  /** Kinds nobody here understands, by `group/kind`. */
  readonly unknownKinds: readonly { readonly kind: string; readonly count: number }[]
  /** Sentences, one each: `612 objects stand in more than one folder, so each folder is a cluster of its own`. */
  readonly remarks: readonly string[]
}

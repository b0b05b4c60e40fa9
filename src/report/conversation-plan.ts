/** What the gate wants a pull request to say; `src/github/apply-plan.ts` carries it out. */
export interface ConversationPlan {
  readonly summary?: SummaryPlan
  readonly review?: ReviewPlan
}

/** The one sticky comment. */
export interface SummaryPlan {
  /**
   * Identity of the sticky comment (the input `name`), any text. Never printed in the body: whoever posts adds it,
   * hidden, with the run that wrote it.
   */
  readonly marker: string
  /** Markdown, at most 60,000 characters. */
  readonly body: string
  /** False: an existing summary is brought up to date, but none is made (a clean pull request stays quiet). */
  readonly createIfMissing: boolean
}

/** One review, event COMMENT: the gate blocks by its job, never by a review that nobody can dismiss. */
export interface ReviewPlan {
  /** Head of the pull request that the lines belong to. */
  readonly commitId: string
  readonly body: string
  readonly comments: readonly ReviewComment[]
}

/** A comment on one line, or on `startLine` to `line` of one hunk (`startLine` is then the smaller). 1-based. */
export interface ReviewComment {
  readonly path: string
  /** LEFT are removed lines numbered as in the merge base, RIGHT added and context lines numbered as in the head. */
  readonly side: 'LEFT' | 'RIGHT'
  readonly line: number
  readonly startLine?: number
  readonly startSide?: 'LEFT' | 'RIGHT'
  readonly body: string
  /** Fingerprints of the findings it tells, joined by `+`, the same on every push: what already stands is not said again. */
  readonly key: string
}

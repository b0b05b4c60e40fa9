import type { z } from 'zod'
import type { Severity } from './severity.ts'

/** What the configuration has to know of a rule; handed in, so that it depends on no rule. */
export interface KnownRule {
  readonly id: string
  readonly title?: string
  /** Severity where neither the repository nor its preset names one. */
  readonly severity: Severity
  /** Schema of an object with a default for every option. */
  readonly options: z.ZodType
}

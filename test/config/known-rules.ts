import { z } from 'zod'
import type { KnownRule } from '../../src/config/known-rule.ts'

/** Rules as the gate hands them in: one with options, one without, one that no preset switches on. */
export const knownRules: readonly KnownRule[] = [
  { id: 'egress-any-ip', severity: 'error', options: z.object({ except: z.array(z.string()).default([]) }) },
  { id: 'ports-without-peers', severity: 'warning', options: z.strictObject({}) },
  { id: 'nightly-window', severity: 'note', options: z.strictObject({ hours: z.int().default(2) }) },
]

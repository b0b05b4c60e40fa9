import type { Verdict } from './report.ts'

/** A crash never reads as a verdict: it exits with 3. */
export const exitCodes: Readonly<Record<Verdict, number>> = { pass: 0, fail: 1, incomplete: 2 }

/** What comparing one case came to. Differences are sentences that begin with the peers they speak of. */
export type CaseResult =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly differences: readonly string[] }
  | { readonly kind: 'not-applicable'; readonly reason: string }

export function resultOf(differences: readonly string[]): CaseResult {
  return differences.length === 0 ? { kind: 'passed' } : { kind: 'failed', differences }
}

export const notApplicable = (reason: string): CaseResult => ({ kind: 'not-applicable', reason })

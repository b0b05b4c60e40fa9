import { type CaseResult, resultOf } from './case-result.ts'
import type { ExpectationOf, ExpectedValidation } from './expectation.ts'
import type { LoadedSide } from './load-side.ts'
import { readNode } from './node-at-path.ts'
import { isRefusal } from './refusals.ts'

/** Whether the API server takes each manifest, and if not, where it says the mistake is. */
export function compareValidation(
  { results }: ExpectationOf<'validation'>,
  sideOf: (file: string) => LoadedSide,
): CaseResult {
  return resultOf(results.flatMap((result) => fileDifferences(result, sideOf(result.file))))
}

function fileDifferences({ file, valid, path }: ExpectedValidation, side: LoadedSide): string[] {
  const refusals = side.diagnostics.filter(isRefusal)
  if (side.resources.length === 0) return [`${file}: no object was read`]
  if (valid) return refusals.map(({ code, message }) => `${file}: expected valid, got ${code} (${message})`)
  if (refusals.length === 0) return [`${file}: expected a refusal at ${path}, got none`]
  const place = path === undefined ? undefined : readNode(side.resources, path)
  if (place === undefined || refusals.some(({ span }) => span.start <= place.end && span.end >= place.start)) return []
  return [`${file}: expected a refusal at ${path}, got ${refusals.map(({ code }) => code).join(', ')} elsewhere`]
}

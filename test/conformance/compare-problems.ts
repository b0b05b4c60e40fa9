import type { Resource } from '../../src/manifests/resource.ts'
import { idKey } from '../../src/model/cluster.ts'
import type { Diagnostic } from '../../src/source/diagnostic.ts'
import { covers } from '../../src/source/span.ts'
import { type CaseResult, notApplicable, resultOf } from './case-result.ts'
import type { ExpectationOf } from './expectation.ts'
import type { LoadedSide } from './load-side.ts'
import { type Treatment, treatments } from './problem-treatments.ts'

export interface Sides {
  readonly base: LoadedSide
  readonly head: LoadedSide
}

/** Malformed or unusual input: reported on the right object and counted as such, or answered. */
export function compareProblems(expected: ExpectationOf<'error'> | ExpectationOf<'warning'>, sides: Sides): CaseResult {
  const problems =
    expected.kind === 'error' ? [{ errorClass: expected.errorClass, side: expected.side }] : expected.warnings
  const treated = problems.map((problem) => ({ ...problem, treatment: treatments[problem.errorClass] }))
  const exemptions = treated.flatMap(({ treatment }) => (treatment?.kind === 'exempt' ? [treatment.reason] : []))
  if (exemptions.length === treated.length) return notApplicable(exemptions.join('; '))
  return resultOf(
    treated.flatMap(({ errorClass, side, treatment }) =>
      bestOf(side === undefined ? [sides.base, sides.head] : [sides[side]], treatment).map(
        (text) => `${errorClass}: ${text}`,
      ),
    ),
  )
}

/** A problem whose side is not said has to be met on one of them. */
function bestOf(sides: readonly LoadedSide[], treatment: Treatment | undefined): readonly string[] {
  const differences = sides.map((side) => differencesOn(side, treatment))
  return differences.find((list) => list.length === 0) ?? differences[0] ?? []
}

/** A class nobody has written about has to be reported as something that makes the answer uncertain. */
function differencesOn(side: LoadedSide, treatment: Treatment | undefined): readonly string[] {
  if (treatment === undefined)
    return side.diagnostics.some(({ effect }) => effect !== 'none') ? [] : ['expected some problem, got none']
  if (treatment.kind === 'exempt') return []
  if (treatment.kind === 'answered') return treatment.answer(side)
  const found = side.diagnostics.filter(({ code }) => treatment.codes.includes(code))
  const placed = found.filter((problem) => standsIn(problem, treatment.on, side))
  if (placed.length > 0) return placed.flatMap((problem) => effectDifferences(problem, side))
  const others = [...new Set(side.diagnostics.map(({ code }) => code))].join(', ') || 'nothing'
  return [`expected ${treatment.codes.join(' or ')} on ${treatment.on?.join(' or ') ?? 'the file'}, got ${others}`]
}

function standsIn(problem: Diagnostic, kinds: readonly string[] | undefined, side: LoadedSide): boolean {
  return kinds === undefined || kinds.includes(objectAround(problem, side)?.kind ?? '')
}

const objectAround = ({ span }: Diagnostic, { resources }: LoadedSide): Resource | undefined =>
  resources.find(({ provenance }) => covers(provenance.document, span))

/** Of a policy that the API server rejects nothing is certain, and the hint says that it would not exist. */
function effectDifferences(problem: Diagnostic, side: LoadedSide): string[] {
  if (!problem.hint.includes('rejects')) return []
  const around = objectAround(problem, side)
  const entries = side.policies.entries.filter(
    ({ origin }) => around !== undefined && side.policies.manifests.get(idKey(origin.policy)) === around,
  )
  return entries
    .filter(({ exists }) => exists === 'yes')
    .map(({ origin }) => `${origin.policy.name} ${origin.rule}: expected a policy that is perhaps not there`)
}

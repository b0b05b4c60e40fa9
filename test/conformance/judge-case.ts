import { join } from 'node:path'
import { assertNever } from '../../src/source/assert-never.ts'
import type { SourceFile } from '../../src/source/source-file.ts'
import { type CaseResult, notApplicable } from './case-result.ts'
import { compareConnections } from './compare-connections.ts'
import { compareDiff } from './compare-diff.ts'
import { compareEval } from './compare-eval.ts'
import { compareExplain } from './compare-explain.ts'
import { compareExposure } from './compare-exposure.ts'
import { compareIpPartition } from './compare-ip-partition.ts'
import { compareProbes } from './compare-probes.ts'
import { compareProblems } from './compare-problems.ts'
import { compareQueries } from './compare-queries.ts'
import { compareSelectors } from './compare-selectors.ts'
import { compareIngressBackends, compareServiceSelection } from './compare-services.ts'
import { compareValidation } from './compare-validation.ts'
import type { Case } from './find-cases.ts'
import { evaluate, evaluatePair, type LoadedSide, loadSide, readManifests } from './load-side.ts'
import { reasonNotApplicable } from './not-applicable.ts'
import { assumptionsOf } from './profiles.ts'

/** Base and head; a case of one side is both. */
interface CaseSides {
  readonly base: LoadedSide
  readonly head: LoadedSide
}

/** Reads a case, puts its question to the engine and compares. An exception is a failure of the case. */
export function judgeCase(found: Case): CaseResult {
  try {
    const sides = sidesOf(found)
    const reason = reasonNotApplicable(found, [sides.base, sides.head])
    return reason === undefined ? compare(found, sides) : notApplicable(reason)
  } catch (error) {
    return { kind: 'failed', differences: [`crashed: ${error instanceof Error ? error.message : String(error)}`] }
  }
}

function sidesOf(found: Case): CaseSides {
  const load = (folder: string): LoadedSide => {
    const files = readManifests(join(found.folder, folder))
    const asMeant = found.expected.manifestsGenerated === true ? files.map(quoteBareWords) : files
    return loadSide(found.name, asMeant, assumptionsOf(found.group), found.expected)
  }
  const base = load('base')
  if (base.files.length > 0) return { base, head: load('head') }
  const only = load('manifests')
  return { base: only, head: only }
}

/** Where the source builds its objects in code and the text was written out from them, every string is one. */
const quoteBareWords = (file: SourceFile): SourceFile => ({
  ...file,
  text: file.text.replace(/^(\s*(?:- )?[^:\s]+: |\s*- )([yn])$/gm, '$1"$2"'),
})

function compare(found: Case, sides: CaseSides): CaseResult {
  const { expected } = found
  const assumptions = assumptionsOf(found.group)
  switch (expected.kind) {
    case 'connlist':
      return compareConnections(expected, evaluate(sides.head), assumptions)
    case 'diff':
      return compareDiff(expected, evaluatePair(sides.base, sides.head), assumptions)
    case 'eval':
      return compareEval(expected, evaluate(sides.head), assumptions)
    case 'probes':
      return compareProbes(expected, sides.head)
    case 'ip-partition':
      return compareIpPartition(expected, evaluate(sides.head))
    case 'ingress-backends':
      return compareIngressBackends(expected, sides.head, assumptions)
    case 'service-selection':
      return compareServiceSelection(expected, sides.head)
    case 'explain':
      return compareExplain(expected, evaluate(sides.head), assumptions)
    case 'error':
    case 'warning':
      return compareProblems(expected, sides)
    case 'validation':
      return compareValidation(expected, (file) => sideOfFile(found, file))
    case 'exposure':
      return compareExposure(expected, sides.head, assumptions)
    case 'query':
      return compareQueries(expected, sides.head.files, assumptions)
    case 'selectors':
      return compareSelectors(expected)
    case 'baseline':
      return notApplicable(`nothing compares cases of kind ${expected.kind} yet`)
    default:
      return assertNever(expected)
  }
}

function sideOfFile(found: Case, file: string): LoadedSide {
  const files = readManifests(found.folder).filter(({ path }) => path === file)
  return loadSide(found.name, files, assumptionsOf(found.group))
}

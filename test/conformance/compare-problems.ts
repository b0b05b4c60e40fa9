import type { DiagnosticCode } from '../../src/source/diagnostic-code.ts'
import { type CaseResult, notApplicable, resultOf } from './case-result.ts'
import type { ExpectationOf } from './expectation.ts'
import type { LoadedSide } from './load-side.ts'

/** Codes of ours for a class of error; a text says why we rightly report none. */
const classes: Readonly<Record<string, readonly DiagnosticCode[] | string>> = {
  'invalid-cidr': ['cidr-invalid', 'except-invalid'],
  'invalid-selector': ['selector-invalid'],
  'peer-ipblock-and-selector': ['peer-invalid'],
  'empty-rule-peer': ['peer-invalid'],
  'endport-with-named-port': ['endport-invalid'],
  'invalid-port-range': ['endport-invalid', 'port-range-reversed'],
  'duplicate-namespace': ['object-repeated'],
  'missing-kind': ['kind-missing'],
  'malformed-object': ['field-type'],
  'anp-duplicate-name': ['object-repeated'],
  'banp-multiple': ['object-repeated', 'policy-name-invalid'],
  'unknown-action': ['action-invalid'],
  'egress-peers-missing': ['list-invalid'],
  'ingress-peers-missing': ['list-invalid'],
  'subject-not-exactly-one': ['subject-invalid'],
  'rule-peer-not-exactly-one': ['peer-invalid'],
  'anp-port-not-exactly-one': ['port-invalid'],
  'yaml-syntax': ['document-unparsable', 'template-unparsable'],
  'anp-nodes-unsupported': 'machines are peers here',
  'ipv6-unsupported': 'addresses of both families are read',
  'json-not-an-object': 'a JSON array is no manifest: it is counted among the other documents',
  'undecodable-file': 'a file without an object is no manifest: it is counted among the other documents',
  'named-port-on-ipblock':
    'Kubernetes takes a port name beside an ipBlock, which then matches nothing; it is a finding, not an error',
  'owner-label-gap': 'pods of one owner with different labels are kept apart, so nothing has to be refused',
  'no-policies': 'a tree without policies is an answer, not an error',
  'no-workloads': 'a tree without workloads is an answer: policies speak of pods that are not in it',
  'no-input-files': 'an empty tree is an answer, not an error',
  'focus-workload-missing': 'focus is an option of another command line',
}

export interface Sides {
  readonly base: LoadedSide
  readonly head: LoadedSide
}

/** Malformed input: one of the codes that stand for the class is reported, and the rest was read. */
export function compareProblems(expected: ExpectationOf<'error'> | ExpectationOf<'warning'>, sides: Sides): CaseResult {
  const problems =
    expected.kind === 'error' ? [{ errorClass: expected.errorClass, side: expected.side }] : expected.warnings
  const asked = problems.filter(({ errorClass }) => typeof classes[errorClass] !== 'string')
  if (asked.length === 0) return notApplicable(problems.map(({ errorClass }) => String(classes[errorClass])).join('; '))
  return resultOf(
    asked.flatMap(({ errorClass, side }) =>
      missing(errorClass, side === undefined ? [sides.base, sides.head] : [sides[side]]),
    ),
  )
}

function missing(errorClass: string, sides: readonly LoadedSide[]): string[] {
  const codes = classes[errorClass]
  if (codes === undefined || typeof codes === 'string') return [`no code of ours is listed for ${errorClass}`]
  const found = new Set(sides.flatMap(({ diagnostics }) => diagnostics.map(({ code }) => code)))
  if (codes.some((code) => found.has(code))) return []
  return [`${errorClass}: expected ${codes.join(' or ')}, got ${[...found].join(', ') || 'nothing'}`]
}

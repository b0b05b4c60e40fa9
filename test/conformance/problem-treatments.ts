import type { DiagnosticCode } from '../../src/source/diagnostic-code.ts'
import { type Answer, answers } from './problem-answers.ts'

/** How a class of problem in the input is met. */
export type Treatment =
  /** One of the codes is reported; `on` are the kinds of the objects it may stand in, where it stands in one. */
  | { readonly kind: 'reported'; readonly codes: readonly DiagnosticCode[]; readonly on?: readonly string[] }
  /** No problem to us: the input has an answer, and this is what it has to be. */
  | { readonly kind: 'answered'; readonly answer: Answer }
  /** The source's own limit. */
  | { readonly kind: 'exempt'; readonly reason: string }

const policyKinds = ['NetworkPolicy', 'AdminNetworkPolicy', 'BaselineAdminNetworkPolicy']
const adminKinds = ['AdminNetworkPolicy', 'BaselineAdminNetworkPolicy']

const inPolicy = (...codes: readonly DiagnosticCode[]): Treatment => ({ kind: 'reported', codes, on: policyKinds })
const inAdminPolicy = (...codes: readonly DiagnosticCode[]): Treatment => ({ kind: 'reported', codes, on: adminKinds })
const exempt = (reason: string): Treatment => ({ kind: 'exempt', reason })
const answered = (answer: Answer): Treatment => ({ kind: 'answered', answer })

/** Every class of error and warning that a case may name. */
export const treatments: Readonly<Record<string, Treatment>> = {
  'invalid-cidr': inPolicy('cidr-invalid', 'except-invalid'),
  'invalid-selector': inPolicy('selector-invalid'),
  'peer-ipblock-and-selector': inPolicy('peer-invalid'),
  'empty-rule-peer': inPolicy('peer-invalid'),
  'endport-with-named-port': inPolicy('endport-invalid'),
  'invalid-port-range': inPolicy('endport-invalid', 'port-range-reversed'),
  'anp-duplicate-name': inAdminPolicy('object-repeated'),
  'anp-duplicate-priority': answered(answers.clashesFound),
  'anp-port-not-exactly-one': inAdminPolicy('port-invalid'),
  'banp-multiple': inAdminPolicy('object-repeated', 'policy-name-invalid'),
  'egress-peers-missing': inAdminPolicy('list-invalid'),
  'ingress-peers-missing': inAdminPolicy('list-invalid'),
  'rule-peer-not-exactly-one': inAdminPolicy('peer-invalid'),
  'subject-not-exactly-one': inAdminPolicy('subject-invalid'),
  'unknown-action': inAdminPolicy('action-invalid'),
  'duplicate-namespace': { kind: 'reported', codes: ['object-repeated'], on: ['Namespace'] },
  'malformed-object': { kind: 'reported', codes: ['field-type'] },
  'missing-kind': { kind: 'reported', codes: ['kind-missing'] },
  'yaml-syntax': { kind: 'reported', codes: ['document-unparsable', 'template-unparsable'] },
  'json-not-an-object': answered(answers.othersCounted),
  'named-port-on-ipblock': answered(answers.namesOnAddressesFound),
  'named-port-unmatched': answered(answers.namesMeanNothingOnPods),
  'no-input-files': answered(answers.nobody),
  'no-policies': answered(answers.everythingOpen),
  'no-workloads': answered(answers.nobody),
  'owner-label-gap': answered(answers.unlikePodsApart),
  'undecodable-file': answered(answers.othersCounted),
  'anp-nodes-unsupported': exempt('machines are peers here'),
  'ipv6-unsupported': exempt('addresses of both families are read'),
  'focus-workload-missing': exempt('focus is an option of another command line'),
}

import type { SidedSpan } from '../../src/delta/cause.ts'
import type { Report } from '../../src/report/report.ts'
import type { Finding } from '../../src/rules/finding.ts'
import { diagnostic } from '../../src/source/diagnostic.ts'
import type { SourceFile } from '../../src/source/source-file.ts'
import type { Span } from '../../src/source/span.ts'

/** A name that tries everything at once: HTML, a mention, a table border, code, a link, a log command, a colour. */
export const hostileName =
  'x`|<img src=x onerror=alert(1)>@octo-org/admins &#64;root #1 GH-2 https://evil.example ##[error]a\n::set-output name=a::b\u001B[31m\u202E'

const webBase: SourceFile = {
  path: 'deploy/web.yaml',
  text: `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: web
  policyTypes: [Ingress, Egress]
  egress:
    - to:
        - ipBlock:
            cidr: 10.0.0.0/8
`,
}

export const web: SourceFile = { path: webBase.path, text: webBase.text.replace('10.0.0.0/8', '0.0.0.0/0') }

const payments: SourceFile = {
  path: 'deploy/payments.yaml',
  text: `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: payments
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: payments
  policyTypes: [Ingress]
  ingress:
    - from:
        - namespaceSelector: {}
        - podSelector:
            matchLabels:
              app: checkout
`,
}

const denyBase: SourceFile = { path: 'deploy/deny.yaml', text: 'kind: NetworkPolicy\nmetadata:\n  name: deny\n' }
const broken: SourceFile = { path: 'deploy/broken.yaml', text: 'kind: [\n' }
const hostileFile: SourceFile = { path: 'deploy/`@octo`|<b>.yaml', text: 'kind: Service\nmetadata:\n  name: x\n' }

/** The first place a text stands in a file. */
export function spanOf(file: SourceFile, text: string): Span {
  const start = file.text.indexOf(text)
  if (start < 0) throw new Error(`${file.path} does not hold ${text}`)
  return { file, start, end: start + text.length }
}

export function onHead(span: Span): SidedSpan {
  return { side: 'head', span }
}

export function onBase(span: Span): SidedSpan {
  return { side: 'base', span }
}

const policy = { group: 'networking.k8s.io', kind: 'NetworkPolicy', namespace: 'shop' }

export const internetEgress: Finding = {
  rule: 'new-internet-egress',
  title: 'Workload gains a way to the internet',
  severity: 'error',
  status: 'new',
  fingerprint: '1f00aa',
  clusters: ['prod', 'staging'],
  object: { ...policy, name: 'web' },
  discriminator: 'internet',
  at: onHead(spanOf(web, '0.0.0.0/0')),
  related: [{ at: onHead(spanOf(web, 'app: web')), message: 'Pods the policy applies to.' }],
  message: 'shop/web can now reach the internet on every port',
  remedy: 'Narrow the `ipBlock`, or list the range under `except`.',
  confidence: 'certain',
  witness: 'shop/web → 198.51.100.7 TCP 443',
  trace: ['egress of shop/web: NetworkPolicy shop/web, rule 1 allows 0.0.0.0/0', 'before, rule 1 allowed 10.0.0.0/8'],
  fix: {
    title: 'Go back to the private range',
    edits: [{ span: spanOf(web, '0.0.0.0/0'), text: '10.0.0.0/8' }],
  },
}

const splitSelector: Finding = {
  rule: 'split-selector-peers',
  title: 'Two selectors that were meant as one',
  severity: 'warning',
  status: 'worse',
  fingerprint: '2b11',
  clusters: ['prod'],
  object: { ...policy, name: 'payments' },
  discriminator: 'ingress',
  at: onHead(spanOf(payments, '- podSelector:')),
  message: 'two peers, so that every namespace is allowed and not only shop/checkout',
  remedy: 'Join the two selectors in one list item.',
  confidence: 'likely',
  fix: {
    title: 'Join the selectors',
    edits: [{ span: spanOf(payments, '- podSelector:'), text: '  podSelector:' }],
  },
}

export const policyRemoved: Finding = {
  rule: 'policy-removed',
  title: 'A policy that restricted access is gone',
  severity: 'error',
  status: 'new',
  fingerprint: '3c22',
  clusters: ['prod'],
  object: { ...policy, name: 'deny' },
  discriminator: '',
  at: onBase({ file: denyBase, start: 0, end: denyBase.text.length }),
  message: 'NetworkPolicy shop/deny was removed; every pod can now reach shop/payments',
  remedy: 'Keep the policy, or replace it.',
  confidence: 'certain',
  patch: { path: 'deploy/deny.yaml', text: denyBase.text },
}

const hostileFinding: Finding = {
  rule: 'new-internet-exposure',
  title: 'Service becomes reachable from the internet',
  severity: 'error',
  status: 'new',
  fingerprint: '4d33',
  clusters: [hostileName],
  object: { group: '', kind: 'Service', namespace: hostileName, name: hostileName },
  discriminator: hostileName,
  at: onHead(spanOf(hostileFile, 'kind: Service')),
  message: `${hostileName} is now open to the internet`,
  remedy: `Do not open ${hostileName}.`,
  confidence: 'possible',
  witness: `internet → ${hostileName} TCP 80`,
  trace: [hostileName],
}

const oldDebt: Finding = {
  ...splitSelector,
  rule: 'ns-default-deny-ingress',
  title: 'Namespace without default deny',
  status: 'existing',
  fingerprint: '5e44',
  message: 'namespace shop has no default deny for ingress',
  remedy: 'Add a default-deny policy.',
}

const paidOff: Finding = { ...oldDebt, rule: 'empty-peer-list', status: 'fixed', fingerprint: '6f55' }

/** A pull request of the shop that opens, closes, breaks and repairs something, with a hostile name among the others. */
export const shopReport: Report = {
  tool: { name: 'portcullis', version: '0.1.0' },
  evaluatedAt: '2026-11-20T12:00:00.000Z',
  sides: {
    base: { label: 'main', sha: '1111111111111111111111111111111111111111' },
    head: { label: 'merge of #12', sha: '2222222222222222222222222222222222222222' },
  },
  configuration: {
    path: '.github/portcullis.yml',
    preset: 'recommended',
    sha: '1111111111111111111111111111111111111111',
    failOn: 'error',
    scope: 'changed',
  },
  outcome: {
    verdict: 'fail',
    reasons: ['3 findings of severity error are new or worse', 'deploy/broken.yaml could not be read'],
  },
  clusters: [
    {
      name: 'prod',
      open: false,
      presence: 'both',
      access: 'other',
      policiesDiffer: true,
      changes: [
        {
          kind: 'widened',
          certainty: 'certain',
          sentence: 'shop/web can now reach the internet on every port',
          sources: 'shop/web',
          destinations: 'the internet',
          gained: 'all connections',
          lost: '',
          base: '',
          head: 'all connections',
          causes: [
            {
              text: 'NetworkPolicy shop/web, egress rule 1: ipBlock 10.0.0.0/8 became 0.0.0.0/0',
              at: onHead(spanOf(web, '0.0.0.0/0')),
              near: undefined,
            },
          ],
        },
        {
          kind: 'removed',
          certainty: 'possible',
          sentence: `${hostileName} can no longer reach shop/payments on TCP 5432`,
          sources: hostileName,
          destinations: 'shop/payments',
          gained: '',
          lost: 'TCP 5432',
          base: 'TCP 5432',
          head: '',
          causes: [
            {
              text: 'NetworkPolicy shop/deny was deleted',
              at: onBase({ file: denyBase, start: 0, end: 19 }),
              near: undefined,
            },
          ],
        },
      ],
      exposure: [
        {
          metric: 'internet-services',
          base: 0,
          head: 1,
          total: undefined,
          gained: [{ name: hostileName, detail: `through Ingress ${hostileName}` }],
          lost: [],
        },
        {
          metric: 'internet-egress-any',
          base: 1,
          head: 5,
          total: 12,
          gained: ['shop/web', 'shop/cart', 'shop/search', 'shop/mail'].map((name) => ({ name, detail: 'every port' })),
          lost: [],
        },
        {
          metric: 'isolated-ingress',
          base: 9,
          head: 8,
          total: 12,
          gained: [],
          lost: [{ name: 'shop/payments', detail: '' }],
        },
        { metric: 'open-services', base: 2, head: 2, total: undefined, gained: [], lost: [] },
      ],
      addedWorkloads: ['shop/mail'],
      removedWorkloads: [hostileName],
    },
    {
      name: 'staging',
      open: true,
      presence: 'both',
      access: 'other',
      policiesDiffer: true,
      changes: [
        {
          kind: 'widened',
          certainty: 'certain',
          sentence: 'shop/web can now reach the internet on every port',
          sources: 'shop/web',
          destinations: 'the internet',
          gained: 'all connections',
          lost: '',
          base: '',
          head: 'all connections',
          causes: [
            {
              text: 'NetworkPolicy shop/web, egress rule 1: ipBlock 10.0.0.0/8 became 0.0.0.0/0',
              at: onHead(spanOf(web, '0.0.0.0/0')),
              near: undefined,
            },
          ],
        },
      ],
      exposure: [],
      addedWorkloads: [],
      removedWorkloads: [],
    },
  ],
  findings: [hostileFinding, oldDebt, policyRemoved, paidOff, splitSelector, internetEgress],
  gaps: [
    {
      diagnostic: diagnostic('document-unparsable', spanOf(broken, '['), {
        message: `the list is never closed, near ${hostileName}`,
        hint: 'Close it with `]`.',
        effect: 'unknown',
      }),
      side: 'head',
      status: 'new',
      blocking: true,
    },
    {
      diagnostic: diagnostic('file-limit', spanOf(denyBase, 'kind'), {
        message: 'the file is larger than 10 MiB',
        hint: 'Split it.',
        effect: 'unknown',
      }),
      side: 'base',
      status: 'existing',
      blocking: false,
    },
  ],
  coverage: {
    files: 14,
    resources: 31,
    workloads: 12,
    policies: 5,
    namespaces: 2,
    clusters: 2,
    others: [
      { kind: 'workflow', count: 3 },
      { kind: 'values file', count: 1 },
    ],
    unknownKinds: [{ kind: `shop.example/${hostileName}`, count: 2 }],
    remarks: ['31 objects stand in more than one folder, so each folder is a cluster of its own.'],
  },
  notes: ['The configuration of this pull request takes effect after the merge.'],
}

/** A pull request that changes nothing about exposure. */
export const quietReport: Report = {
  ...shopReport,
  outcome: { verdict: 'pass', reasons: [] },
  clusters: shopReport.clusters.map((cluster) => ({
    ...cluster,
    changes: [],
    exposure: [],
    addedWorkloads: [],
    removedWorkloads: [],
  })),
  findings: [oldDebt],
  gaps: [],
  coverage: { ...shopReport.coverage, unknownKinds: [] },
  notes: [],
}

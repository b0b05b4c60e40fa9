import { describe, expect, test } from 'vitest'
import type { Finding } from '../../src/rules/finding.ts'
import { type Span, startLine } from '../../src/source/span.ts'
import { hasBundles, replay } from './replay.ts'

const names = [
  'argo-cd-6532',
  'argo-cd-11321',
  'homelab-2577',
  'infra-deployments-7039',
  'infra-deployments-9370',
  'kubeflow-default-deny',
  'microservices-demo-policies',
]

const isPolicyWeakened = ({ rule, status }: Finding): boolean => rule === 'policy-weakened' && status !== 'existing'

const textOfLine = (span: Span): string | undefined => span.file.text.split('\n')[startLine(span) - 1]?.trim()

if (!hasBundles) process.stdout.write('skipped: no ../shared/real\n')

// The bundles lie outside the repository, because their licences are their owners'; without them there is nothing to replay.
describe.skipIf(!hasBundles)('a real pull request', { timeout: 120_000 }, () => {
  test.each(names)('%s ends with an outcome and a report without any configuration', async (name) => {
    const { report, text } = await replay(name)
    expect(['pass', 'fail', 'incomplete']).toContain(report.outcome.verdict)
    expect(report.coverage.files).toBeGreaterThan(0)
    expect(text).toContain('Portcullis: ')
  })

  test('argo-cd 6532 leaves one port of the Dex server open', async () => {
    const { report, text } = await replay('argo-cd-6532', { manifests: 'manifests/install.yaml' })
    expect(text).toMatch(
      /argocd-dex-server[^.]*every TCP port[^.]*TCP 5558|argocd-dex-server[^.]*TCP 5558[^.]*every TCP port/,
    )
    expect(report.outcome.verdict).toBe('pass')
  })

  test('argo-cd 6532 the other way round opens every port, on the line of the stray dash', async () => {
    const { report } = await replay('argo-cd-6532', { manifests: 'manifests/install.yaml', reversed: true })
    expect(report.outcome.verdict).toBe('fail')
    const [finding, ...others] = report.findings.filter(isPolicyWeakened)
    expect(others).toEqual([])
    expect(finding).toMatchObject({ severity: 'error', status: 'new', at: { side: 'head' } })
    expect(finding?.message).toMatch(/every TCP port/)
    expect(finding?.message).toMatch(/any (?:pod in any )?(?:other )?namespace/)
    expect(finding?.at.span.file.path).toBe('manifests/install.yaml')
    expect(finding && textOfLine(finding.at.span)).toBe('- protocol: TCP')
  })

  test('argo-cd 11321 widens egress on the DNS port to every destination', async () => {
    const { report } = await replay('argo-cd-11321', { manifests: 'manifests/install.yaml' })
    const changes = report.clusters.flatMap((cluster) => cluster.changes)
    const widened = changes.filter(({ kind }) => kind === 'added' || kind === 'widened')
    expect(widened.map(({ sentence }) => sentence).join('\n')).toMatch(/53/)
    expect(widened.some(({ destinations }) => /every|any/.test(destinations))).toBe(true)
    expect(changes.filter(({ kind }) => kind === 'removed' || kind === 'narrowed')).toEqual([])
    const places = [...widened.flatMap(({ causes }) => causes), ...report.findings.filter(isPolicyWeakened)]
    expect(places.length).toBeGreaterThan(1)
    for (const { at } of places) expect([at.side, textOfLine(at.span)]).toEqual(['base', 'to:'])
  })

  test('homelab 2577 takes 10.0.0.0/8 from policies, and a clusterwide one still allows it', async () => {
    const { report, text } = await replay('homelab-2577')
    const told = report.findings.filter(({ rule }) => rule === 'tightening-without-effect')
    const messages = told.map(({ message }) => message)
    for (const [policy, instead] of [
      ['truenas/truenas-access', 'to truenas.peekoff.com on TCP 80, 443'],
      ['immich/immich-access', 'to truenas.peekoff.com on TCP 9000'],
      ['default/argocd-server-access', 'to the API server on TCP 443, 6443'],
      ['velero/velero-access', 'to the API server on TCP 443'],
    ] as const) {
      const message = messages.find((found) => found.startsWith(`CiliumNetworkPolicy ${policy} no longer allows`))
      expect(message, policy).toContain('10.0.0.0/8')
      expect(message, policy).toContain(`allows ${instead} instead`)
      expect(message, policy).toContain('CiliumClusterwideNetworkPolicy clusterwide-dns-kubeapi still allows it')
    }
    for (const { at } of told)
      expect([at.side, textOfLine(at.span)]).toEqual(['base', expect.stringMatching(/toCIDR|port: /)])
    expect(report.clusters.flatMap(({ changes }) => changes).some(({ kind }) => kind === 'removed')).toBe(false)
    expect(text).toContain(
      'pods app.kubernetes.io/name=truenas in truenas can now reach truenas.peekoff.com on TCP 80, 443',
    )
  })

  test('homelab 2577 without the clusterwide policy closes 10.0.0.0/8', async () => {
    const { report } = await replay('homelab-2577', {
      manifests: '[k8s/infrastructure/network/policies/infrastructure/velero/**]',
    })
    const sentences = report.clusters.flatMap(({ changes }) => changes.map(({ sentence }) => sentence))
    expect(sentences.join('\n')).toContain(
      'access from pods app.kubernetes.io/name=velero in velero to 10.0.0.0/8 shrank from TCP 80, 443',
    )
  })

  test('infra-deployments 7039 narrows a peer from a namespace to one app, and nothing blocks', async () => {
    const { report } = await replay('infra-deployments-7039')
    const fresh = report.findings.filter(({ status }) => status === 'new' || status === 'worse')
    expect(fresh.filter(({ severity }) => severity === 'error')).toEqual([])
    const changes = report.clusters.flatMap((cluster) => cluster.changes)
    expect(changes.length).toBeGreaterThan(0)
    expect(changes.every(({ kind }) => kind === 'removed' || kind === 'narrowed')).toBe(true)
  })
})

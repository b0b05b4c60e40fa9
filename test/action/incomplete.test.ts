import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Files } from '../github-emulator/git-repository.ts'
import { logOf, runGateAction, startGitHub } from './run-gate-action.ts'
import { opened, shop } from './shop.ts'

const brokenYaml = `apiVersion: v1
kind: Service
metadata:
  name: gift-cards
  namespace: shop
spec:
  ports: [{port: 80}
`
const ciliumPolicy = (port: number): string => `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  endpointSelector:
    matchLabels: {app: web}
  ingress:
    - toPorts:
        - ports:
            - {port: "${port}", protocol: TCP}
`
const kustomization = (...resources: readonly string[]): string =>
  `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n${resources.map((name) => `  - ${name}\n`).join('')}`

async function gated(base: Files, head: Files) {
  const github = await startGitHub()
  const result = await runGateAction(github, github.openPullRequest({ base, head }))
  return { ...result, log: logOf(result), summary: result.comments[0]?.body ?? '' }
}

describe('what could not be analysed is no pass', () => {
  test('a broken document that the change brings: its place is told and the rest analysed', async () => {
    const result = await gated(shop, { ...shop, 'deploy/gift-cards.yaml': brokenYaml })
    expect(result.exitCode, result.log).toBe(2)
    expect(result.outputs.outcome).toBe('incomplete')
    expect(result.summary).toContain('deploy/gift-cards.yaml:8')
    const { gaps } = JSON.parse(readFileSync(result.outputs['report-json'] ?? '', 'utf8'))
    const at = { path: 'deploy/gift-cards.yaml', start: { line: 8, column: expect.any(Number) } }
    expect(gaps).toMatchObject([{ status: 'new', blocking: true, at, hint: expect.stringMatching(/\w/) }])
    expect(result.summary).toContain('Read 7 files')
  })

  test('findings in the rest of it still block', async () => {
    const result = await gated(shop, { ...opened, 'deploy/gift-cards.yaml': brokenYaml })
    expect(result.exitCode, result.log).toBe(1)
    expect(result.reviewComments).not.toEqual([])
    expect(result.summary).toContain('gift-cards.yaml')
  })

  test('one that base has as well is old debt', async () => {
    const both = { 'deploy/gift-cards.yaml': brokenYaml }
    const result = await gated({ ...shop, ...both }, { ...shop, ...both, 'README.md': '# The shop\n' })
    expect(result.exitCode, result.log).toBe(0)
    expect(result.stepSummary).toContain('gift-cards.yaml')
  })

  test('one that base has and the change touches is not', async () => {
    const base = { ...shop, 'deploy/gift-cards.yaml': brokenYaml }
    const head = { ...shop, 'deploy/gift-cards.yaml': brokenYaml.replace('80', '8080') }
    const result = await gated(base, head)
    expect(result.exitCode, result.log).toBe(2)
  })

  test('a kustomization that changes what is applied', async () => {
    const base = { ...shop, 'deploy/kustomization.yaml': kustomization('shop.yaml') }
    const head = { ...shop, 'deploy/kustomization.yaml': kustomization('shop.yaml', 'payments.yaml') }
    const result = await gated(base, head)
    expect(result.exitCode, result.log).toBe(2)
    expect(result.summary).toContain('deploy/kustomization.yaml')
  })

  test('a policy of a kind that is not modelled, added, changed or deleted', async () => {
    const base = { ...shop, 'deploy/policies/web.yaml': ciliumPolicy(8080) }
    const changed = await gated(base, { ...shop, 'deploy/policies/web.yaml': ciliumPolicy(9090) })
    expect(changed.exitCode, changed.log).toBe(2)
    expect(changed.summary).toContain('CiliumNetworkPolicy')
    const deleted = await gated(base, shop)
    expect(deleted.exitCode, deleted.log).toBe(2)
    const added = await gated(shop, base)
    expect(added.exitCode, added.log).toBe(2)
    const untouched = await gated(base, { ...base, 'README.md': '# The shop\n' })
    expect(untouched.exitCode, untouched.log).toBe(0)
  })
})

test('a pull request that repairs a broken document is not blamed for it', async () => {
  const head = { ...shop, 'deploy/gift-cards.yaml': brokenYaml.replace('80}\n', '80}]\n') }
  const result = await gated({ ...shop, 'deploy/gift-cards.yaml': brokenYaml }, head)
  expect(result.outputs.outcome, result.log).not.toBe('incomplete')
})

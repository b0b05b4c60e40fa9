import { describe, expect, test } from 'vitest'
import { antreaPolicy, brokenYaml, opened, shop } from '../action/shop.ts'
import type { Files } from '../github-emulator/git-repository.ts'
import { gated } from './gate-in-memory.ts'

const kustomization = (...resources: readonly string[]): string =>
  `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n${resources.map((name) => `  - ${name}\n`).join('')}`

const broken: Files = { ...shop, 'deploy/gift-cards.yaml': brokenYaml }
const antrea: Files = { ...shop, 'deploy/policies/web.yaml': antreaPolicy(8080) }
const kustomized: Files = { ...shop, 'deploy/kustomization.yaml': kustomization('shop.yaml') }

const cases: readonly {
  readonly name: string
  readonly base: Files
  readonly head: Files
  readonly verdict: string
}[] = [
  { name: 'a broken document that the change brings', base: shop, head: broken, verdict: 'incomplete' },
  {
    name: 'a broken document beside a finding',
    base: shop,
    head: { ...opened, 'deploy/gift-cards.yaml': brokenYaml },
    verdict: 'fail',
  },
  {
    name: 'a broken document that base has as well',
    base: broken,
    head: { ...broken, 'NEWS.md': 'Sale\n' },
    verdict: 'pass',
  },
  {
    name: 'a broken document that base has and the change touches',
    base: broken,
    head: { ...broken, 'deploy/gift-cards.yaml': brokenYaml.replace('80', '8080') },
    verdict: 'incomplete',
  },
  { name: 'a broken document that the change deletes', base: broken, head: shop, verdict: 'pass' },
  {
    name: 'a kustomization that changes what is applied',
    base: kustomized,
    head: { ...shop, 'deploy/kustomization.yaml': kustomization('shop.yaml', 'payments.yaml') },
    verdict: 'incomplete',
  },
  {
    name: 'a kustomization that nobody touches',
    base: kustomized,
    head: { ...kustomized, 'NEWS.md': 'Sale\n' },
    verdict: 'pass',
  },
  { name: 'a policy of a kind that is not modelled, added', base: shop, head: antrea, verdict: 'incomplete' },
  { name: 'such a policy, deleted', base: antrea, head: shop, verdict: 'incomplete' },
  {
    name: 'such a policy, changed',
    base: antrea,
    head: { ...shop, 'deploy/policies/web.yaml': antreaPolicy(9090) },
    verdict: 'incomplete',
  },
  { name: 'such a policy, as it was', base: antrea, head: { ...antrea, 'NEWS.md': 'Sale\n' }, verdict: 'pass' },
]

describe('what could not be analysed', () => {
  test.each(cases)('$name: $verdict', async ({ base, head, verdict }) => {
    const { report } = await gated(base, head)
    expect(report.outcome).toMatchObject({ verdict })
    if (verdict === 'incomplete') expect(report.gaps.filter(({ blocking }) => blocking)).not.toEqual([])
  })

  test('passes where the configuration says so, and is told all the same', async () => {
    const settings = { '.github/portcullis.yml': 'version: 1\ngate: {incomplete: warn}\n' }
    const { report } = await gated({ ...shop, ...settings }, { ...broken, ...settings })
    expect(report.outcome.verdict).toBe('pass')
    expect(report.gaps).toMatchObject([{ status: 'new', blocking: true }])
  })
})

test('a pull request that repairs a broken document is not blamed for it', async () => {
  const head = { ...shop, 'deploy/gift-cards.yaml': brokenYaml.replace('80}\n', '80}]\n') }
  const { report } = await gated(broken, head)
  expect(report.outcome.verdict).not.toBe('incomplete')
})

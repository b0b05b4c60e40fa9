import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { rules } from '../../src/rules/registry.ts'
import { examplesOf } from './page.ts'
import { runExample } from './run-example.ts'

const pages = join(import.meta.dirname, '../../docs/rules')
const examples = readdirSync(pages)
  .filter((name) => name.endsWith('.md') && name !== 'README.md')
  .flatMap((name) => examplesOf(readFileSync(join(pages, name), 'utf8')))
const configured = (network: string): string =>
  `version: 1\nextends: strict\nclusters: {shop: {sources: [{manifests: "**"}]}}\nnetwork: ${network}\n`

/** What each rule finds in every example of every page, were the cluster one with this plugin. */
const found = (network: string) =>
  examples.flatMap((example) => runExample({ ...example, config: configured(network) }, ...rules))

describe.each(['{cni: flannel}', '{cni: cilium@1.15}', '{cni: openshift-sdn@4.9}', '{cni: weave}', '{cni: azure-cni}'])(
  'under %s',
  (network) => {
    test('no rule stumbles over policies without entries, or ones that are perhaps not there', () => {
      const findings = found(network)
      expect(findings.length).toBeGreaterThan(10)
      for (const { message } of findings) expect(message).not.toMatch(/undefined|\[object/)
    })
  },
)

test('where nothing is enforced, no policy is said to open or to isolate', () => {
  const rulesOf = new Set(found('{cni: flannel}').map(({ rule }) => rule))
  for (const rule of ['isolation-lost', 'policy-removed', 'policy-weakened', 'redundant-rule', 'shadowed-policy'])
    expect(rulesOf).not.toContain(rule)
  expect(rulesOf).toContain('cni-no-enforcement')
  expect(rulesOf).not.toContain('cni-unsupported-kind')
})

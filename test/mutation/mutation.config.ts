import { defineConfig } from 'vitest/config'

/** Tests by the folder of `src` whose mutants they have to kill; the oracle with few clusters, always the same. */
const tests: Readonly<Record<string, readonly string[]>> = {
  sets: ['test/sets/**/*.test.ts'],
  reach: [
    'test/reach/**/*.test.ts',
    'test/oracle/{oracle,properties}.test.ts',
    'test/policies/{admin,kubernetes,cilium,calico,calico-hosts}.test.ts',
  ],
  policies: ['test/policies/**/*.test.ts'],
  'policies/kubernetes': [
    'test/policies/{kubernetes,network-policy-spec,refusals,unreadable,compiled,enforced,shared}.test.ts',
  ],
  'policies/admin': ['test/policies/{admin*,compiled,enforced}.test.ts'],
  'policies/cilium': ['test/policies/{cilium*,compiled,enforced,shared}.test.ts'],
  'policies/calico': ['test/policies/{calico*,compiled,enforced,shared}.test.ts'],
}

export default defineConfig({
  test: {
    root: '.',
    include: [...(tests[process.env.PORTCULLIS_MUTATED ?? ''] ?? Object.values(tests).flat())],
    env: { PORTCULLIS_ORACLE_PAIRS: '3000', PORTCULLIS_ORACLE_SEED: '7' },
    testTimeout: 30_000,
    // A mutant meets tests of one worker, in which the modules are loaded once.
    isolate: false,
  },
})

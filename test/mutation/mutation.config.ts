import { defineConfig } from 'vitest/config'

/** Tests that speak of sets, policies and reachability; the oracle with few clusters, always the same. */
export default defineConfig({
  test: {
    root: '.',
    include: ['test/{sets,reach,policies}/**/*.test.ts', 'test/oracle/{oracle,properties}.test.ts'],
    env: { PORTCULLIS_ORACLE_PAIRS: '3000', PORTCULLIS_ORACLE_SEED: '7' },
    testTimeout: 30_000,
  },
})

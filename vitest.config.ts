import { availableParallelism } from 'node:os'
import { configDefaults, defineConfig } from 'vitest/config'

/** Replays need repository bundles kept outside this repository, so they run only when they are named. */
const replaysAsked = process.argv.some((argument) => argument.includes('test/replays'))
const countsFile = process.env.PORTCULLIS_TEST_COUNTS

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...(replaysAsked ? [] : ['test/replays/**'])],
    globalSetup: ['test/setup/node-version.ts'],
    // Most tests wait for processes they started, so a worker for each core and one more keeps the cores busy.
    maxWorkers: availableParallelism() + 1,
    testTimeout: 30_000,
    reporters: countsFile === undefined ? ['default'] : ['default', ['json', { outputFile: countsFile }]],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['text-summary', 'html'],
    },
  },
})

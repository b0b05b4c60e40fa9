import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** One run of a program, from start to exit. */
export interface Measured {
  readonly seconds: number
  /** Peak resident memory. */
  readonly megabytes: number
  readonly status: number
  readonly output: string
}

/** Runs a Node program in a process of its own. */
export function measure(words: readonly string[], cwd: string): Measured {
  const usage = join(tmpdir(), `bench-usage-${process.pid}`)
  const preload = new URL('report-usage.ts', import.meta.url).href
  const start = performance.now()
  const result = spawnSync(process.execPath, ['--import', preload, ...words], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, BENCH_USAGE: usage },
    maxBuffer: 1 << 28,
  })
  const seconds = (performance.now() - start) / 1000
  if (result.error !== undefined) throw result.error
  const megabytes = Number(readFileSync(usage, 'utf8')) / (1 << 20)
  rmSync(usage)
  if (result.status === null || result.status > 2)
    throw new Error(`${words.join(' ')} ended with ${result.status}\n${result.stderr}`)
  return { seconds, megabytes, status: result.status, output: result.stdout }
}

/** The fastest of some runs: what else the machine does only ever adds. */
export function fastest(times: number, run: () => Measured): Measured {
  const runs = Array.from({ length: times }, run)
  return runs.reduce((best, one) => (one.seconds < best.seconds ? one : best))
}

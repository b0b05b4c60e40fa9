import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What a process says of itself when it ends. */
export interface Usage {
  /** Peak resident memory. */
  readonly megabytes: number
  /** Of all its threads: more than the time that passes where they run at once, and steady on a busy machine. */
  readonly cpuSeconds: number
}

/** One run of a program, from start to exit. */
export interface Measured extends Usage {
  readonly seconds: number
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
  const used: Usage = JSON.parse(readFileSync(usage, 'utf8'))
  rmSync(usage)
  if (result.status === null || result.status > 2)
    throw new Error(`${words.join(' ')} ended with ${result.status}\n${result.stderr}`)
  return { ...used, seconds, status: result.status, output: result.stdout }
}

/** Some runs of one program: the median of their times, and the highest of their peaks. */
export function median(runs: readonly Measured[]): Measured {
  const middle = runs.toSorted((a, b) => a.seconds - b.seconds)[Math.floor(runs.length / 2)] as Measured
  return { ...middle, megabytes: Math.max(...runs.map(({ megabytes }) => megabytes)) }
}

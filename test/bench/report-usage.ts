import { writeFileSync } from 'node:fs'
import type { Usage } from './measure.ts'

/** Loaded before a measured program: leaves what it used in the file that `BENCH_USAGE` names. */
const file = process.env.BENCH_USAGE
if (file !== undefined) {
  process.on('exit', () => {
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
    const usage: Usage = { megabytes: maxRSS / 1024, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6 }
    writeFileSync(file, JSON.stringify(usage))
  })
}

import { writeFileSync } from 'node:fs'

/** Loaded before a measured program: leaves its peak memory (bytes) in the file that `BENCH_USAGE` names. */
const file = process.env.BENCH_USAGE
if (file !== undefined) process.on('exit', () => writeFileSync(file, String(process.resourceUsage().maxRSS * 1024)))

import { main } from './main.ts'
import { processIo } from './process-io.ts'

const LEAST_NODE = 24

if (Number.parseInt(process.versions.node, 10) < LEAST_NODE) {
  process.stderr.write(`portcullis: this is Node.js ${process.versions.node}; ${LEAST_NODE} or newer is needed\n`)
  process.exitCode = 3
} else process.exitCode = await main(process.argv.slice(2), processIo())

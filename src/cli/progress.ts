import type { Io } from './io.ts'

/** Work shorter than this is not worth a line. */
const patience = 2_000

/** Says what is going on when it takes long and somebody watches; the line goes when the work ends. */
export async function withProgress<T>(io: Io, text: string, work: () => Promise<T>): Promise<T> {
  if (!io.stderr.isTerminal) return work()
  let shown = false
  const timer = setTimeout(() => {
    shown = true
    io.stderr.write(`${text} …`)
  }, patience)
  try {
    return await work()
  } finally {
    clearTimeout(timer)
    if (shown) io.stderr.write('\r\u001B[K')
  }
}

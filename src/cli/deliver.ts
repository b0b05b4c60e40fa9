import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Io } from './io.ts'

/** Writes a result where the user wants it: to a file, taken from the folder the command runs in, or to standard output. */
export function deliver(text: string, file: string | undefined, folder: string, io: Io): void {
  if (file === undefined) io.stdout.write(text)
  else writeFileSync(resolve(folder, file), text)
}

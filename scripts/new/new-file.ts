/** A file `npm run new` writes, by its path from the root. */
export interface NewFile {
  readonly path: string
  readonly text: string
}

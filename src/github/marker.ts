/** Which run wrote a summary. `id` is GITHUB_RUN_ID, which rises with every run of a repository. */
export interface RunIdentity {
  readonly id: number
  readonly attempt: number
  readonly headSha: string
}

const SUMMARY = /<!-- portcullis:summary (\S+) run=(\d+)\.(\d+) head=(\w*) -->\s*$/
const FINDING = /<!-- portcullis:finding (\S+) -->\s*$/

/** Hidden last line of the sticky summary. */
export function summaryMarker(name: string, run: RunIdentity): string {
  return `<!-- portcullis:summary ${encode(name)} run=${run.id}.${run.attempt} head=${run.headSha} -->`
}

/** The run that wrote the summary of this name; undefined for any other text. Only the last line counts. */
export function readSummaryMarker(body: string, name: string): RunIdentity | undefined {
  const [, found, id, attempt, headSha = ''] = SUMMARY.exec(body) ?? []
  return found === encode(name) ? { id: Number(id), attempt: Number(attempt), headSha } : undefined
}

/** Hidden last line of a review comment. */
export function findingMarker(key: string): string {
  return `<!-- portcullis:finding ${encode(key)} -->`
}

/** Fingerprints of the findings that a review comment speaks of; none for a comment without a marker. */
export function findingsOf(body: string): readonly string[] {
  const marked = FINDING.exec(body)?.[1]
  return marked === undefined ? [] : marked.split(encode('+'))
}

/** Fingerprints in a comment's key, encoded as in its marker. */
export function findingsInKey(key: string): readonly string[] {
  return encode(key).split(encode('+'))
}

export function isNewer(run: RunIdentity, than: RunIdentity): boolean {
  return run.id > than.id || (run.id === than.id && run.attempt > than.attempt)
}

/** No space and no `>`, so nothing in a name can end the HTML comment. */
function encode(text: string): string {
  return encodeURIComponent(text)
}

import picomatch from 'picomatch'

/** Longest pattern taken; a longer one is a mistake. */
const longest = 256

/** Most wildcards in one segment: the time to match a segment grows with their power. */
const mostWildcards = 3

/**
 * What is wrong with a path pattern, or undefined. Patterns speak of paths below the root of the repository, so they
 * neither begin with `/` nor climb out; `!` in front takes away from the patterns beside it.
 */
export function globProblem(pattern: string): string | undefined {
  const body = pattern.startsWith('!') ? pattern.slice(1) : pattern
  if (body === '') return 'the pattern is empty'
  if (pattern.length > longest) return `the pattern is longer than ${longest} characters`
  if (body.includes('\\')) return 'the pattern holds a backslash; paths are separated by /'
  if (body.startsWith('/')) return 'the pattern begins with /; paths are relative to the root of the repository'
  if (/[()|]|[\]}]\+/.test(body)) return 'the pattern holds ( ) | or + behind a bracket, which have no meaning here'
  return firstProblem(body.split('/'))
}

function firstProblem(segments: readonly string[]): string | undefined {
  return segments.map(segmentProblem).find((problem) => problem !== undefined)
}

function segmentProblem(segment: string): string | undefined {
  if (segment === '..' || segment === '.') return 'the pattern holds a . or .. segment'
  if (segment === '') return 'the pattern has two slashes in a row or one at its end; write /** for all that is below'
  if (segment === '**') return undefined
  if ((segment.match(/\*+/g)?.length ?? 0) > mostWildcards)
    return `a segment holds more than ${mostWildcards} wildcards`
  return compiles(segment) ? undefined : 'brackets or braces are not closed within their segment'
}

/** Whether a path matches a list of patterns: one that is not negated, and none that is. Files with a leading dot count. */
export function pathMatcher(patterns: readonly string[]): (path: string) => boolean {
  const wanted = patterns.filter((pattern) => !pattern.startsWith('!')).map(compile)
  const unwanted = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => compile(pattern.slice(1)))
  return (path) => wanted.some((matches) => matches(path)) && !unwanted.some((matches) => matches(path))
}

type SegmentMatcher = '**' | ((segment: string) => boolean)

/**
 * Segment by segment, since a regular expression for a whole pattern can take exponential time on a path made for it,
 * and paths come from the pull request.
 */
function compile(pattern: string): (path: string) => boolean {
  const matchers = pattern
    .split('/')
    .map((segment): SegmentMatcher => (segment === '**' ? '**' : compileSegment(segment)))
  return (path) => {
    let reached = skipping(matchers, new Set([0]))
    for (const segment of path.split('/')) reached = skipping(matchers, advance(matchers, reached, segment))
    return reached.has(matchers.length)
  }
}

/** Positions in the pattern after one more segment of the path. */
function advance(matchers: readonly SegmentMatcher[], reached: ReadonlySet<number>, segment: string): Set<number> {
  const next = new Set<number>()
  for (const position of reached) {
    const matcher = matchers[position]
    if (matcher === '**') next.add(position)
    else if (matcher?.(segment)) next.add(position + 1)
  }
  return next
}

/** Adds the positions behind each `**`, which may stand for nothing. */
function skipping(matchers: readonly SegmentMatcher[], reached: Set<number>): Set<number> {
  for (const position of reached) if (matchers[position] === '**') reached.add(position + 1)
  return reached
}

function compileSegment(segment: string): (segment: string) => boolean {
  return picomatch(segment, { dot: true, noextglob: true, nonegate: true, strictBrackets: true })
}

function compiles(segment: string): boolean {
  try {
    compileSegment(segment)
    return true
  } catch {
    return false
  }
}

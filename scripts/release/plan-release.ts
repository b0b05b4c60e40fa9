/** What a release is decided on; read from the working tree by `readReleaseFacts`. */
export interface ReleaseFacts {
  readonly version: string
  readonly lockVersion: string
  readonly commit: string
  readonly tags: readonly string[]
  /** Paths with changes that are not committed. */
  readonly uncommitted: readonly string[]
  /** Texts of `changes/<version>/*.md`, in the order of their names. */
  readonly notes: readonly string[]
  /** Names of the changes that wait in `changes/next` for a release. */
  readonly waiting: readonly string[]
  /** Why the bundles are not what the sources give; empty where they are. */
  readonly bundleProblem: string
}

export interface ReleaseCheck {
  readonly name: string
  /** Why it fails; empty where it passes. */
  readonly problem: string
}

export interface ReleasePlan {
  readonly checks: readonly ReleaseCheck[]
  /** Commands that carry the release out, in order; to be run only when no check has a problem. */
  readonly commands: readonly (readonly string[])[]
}

interface Version {
  readonly numbers: readonly [number, number, number]
  readonly preRelease: boolean
}

const versionForm = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?$/

export function planRelease(facts: ReleaseFacts): ReleasePlan {
  const version = parseVersion(facts.version)
  const checks = [...releaseChecks(facts, version)]
  return { checks, commands: version === undefined ? [] : [...releaseCommands(facts, version)] }
}

function* releaseChecks(facts: ReleaseFacts, version: Version | undefined): Generator<ReleaseCheck> {
  const { version: text, lockVersion, tags, uncommitted, notes, waiting, bundleProblem } = facts
  const check = (name: string, fails: boolean, problem: string) => ({ name, problem: fails ? problem : '' })
  yield check('version', version === undefined, `package.json has version ${text}, which is not MAJOR.MINOR.PATCH`)
  yield check('lock file', lockVersion !== text, `package-lock.json has version ${lockVersion}; run npm install`)
  yield check('tag', tags.includes(`v${text}`), `v${text} exists; raise the version in package.json`)
  yield check('notes', notes.length === 0, `no changes/${text}/*.md; move changes/next there`)
  yield check('waiting', waiting.length > 0, `changes/next still holds ${waiting.join(', ')}`)
  yield check('committed', uncommitted.length > 0, `not committed: ${uncommitted.join(', ')}`)
  yield { name: 'bundles', problem: bundleProblem }
}

/**
 * Tags the commit and publishes it, through GitHub's API since a checkout that runs our code keeps no credentials. The
 * major tag moves only to the highest release of its major, never to a patch of an older one or a pre-release.
 */
function* releaseCommands(
  { version, commit, tags, notes }: ReleaseFacts,
  parsed: Version,
): Generator<readonly string[]> {
  const tag = `v${version}`
  yield createTag(tag, commit)
  yield [
    ...['gh', 'release', 'create', tag, '--verify-tag', '--title', tag, '--notes', notes.join('\n\n')],
    ...(parsed.preRelease ? ['--prerelease'] : []),
  ]
  if (parsed.preRelease || !isHighestOfMajor(parsed, tags)) return
  const major = `v${parsed.numbers[0]}`
  yield tags.includes(major) ? moveTag(major, commit) : createTag(major, commit)
}

function createTag(tag: string, commit: string): readonly string[] {
  return ['gh', 'api', 'repos/{owner}/{repo}/git/refs', '-f', `ref=refs/tags/${tag}`, '-f', `sha=${commit}`]
}

function moveTag(tag: string, commit: string): readonly string[] {
  const where = `repos/{owner}/{repo}/git/refs/tags/${tag}`
  return ['gh', 'api', '-X', 'PATCH', where, '-f', `sha=${commit}`, '-F', 'force=true']
}

function isHighestOfMajor({ numbers }: Version, tags: readonly string[]): boolean {
  const [major, minor, patch] = numbers
  return tags
    .map((tag) => parseVersion(tag.replace(/^v/, '')))
    .filter((other) => other !== undefined && !other.preRelease && other.numbers[0] === major)
    .every(
      (other) =>
        other === undefined || minor > other.numbers[1] || (minor === other.numbers[1] && patch > other.numbers[2]),
    )
}

function parseVersion(text: string): Version | undefined {
  const [, major, minor, patch, suffix] = versionForm.exec(text) ?? []
  if (major === undefined || minor === undefined || patch === undefined) return undefined
  return { numbers: [Number(major), Number(minor), Number(patch)], preRelease: suffix !== undefined }
}

/** The source runs unbuilt, so the Node that runs the tests must strip types and be the one the action runs on. */
export function setup(): void {
  const [major = '0'] = process.versions.node.split('.')
  if (Number(major) >= 24) return
  throw new Error(`Tests need Node 24 or later, this is ${process.version}. Run them through npm: npm test`)
}

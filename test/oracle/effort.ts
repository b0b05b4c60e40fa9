/**
 * How much the generated tests do. `PORTCULLIS_ORACLE_PAIRS=1000000` asks for a long run (recorded:
 * docs/decisions/0005-oracle.md), `PORTCULLIS_ORACLE_SEED` for the same one again.
 */
export const leastPairs = Number(process.env.PORTCULLIS_ORACLE_PAIRS ?? 20_000)
const seed = process.env.PORTCULLIS_ORACLE_SEED

/** Options of `fc.assert` for a property that usually sees so many clusters. */
export const effort = (usual: number): { readonly numRuns: number; readonly seed?: number } => ({
  numRuns: Math.ceil((usual * leastPairs) / 20_000),
  ...(seed === undefined ? {} : { seed: Number(seed) }),
})

import { readFileSync } from 'node:fs'
import path from 'node:path'

/** Median, lower and upper quartile of the best value so far, and over how many seeds. */
export type Summary = readonly [median: number, lower: number, upper: number, seeds: number]

/** Problem to number of evaluations to summary. */
export type Summaries = Readonly<Record<string, Readonly<Record<string, Summary>>>>

interface PeerFile {
  /** A development snapshot leaves the ranking where its release has a row. */
  readonly replacedBy: Readonly<Record<string, string>>
  /** Lowest value known: the optimum, or the best that any peer's run found. */
  readonly bestKnown: Readonly<Record<string, number>>
  readonly peers: Readonly<Record<string, { readonly label: string; readonly problems: Summaries }>>
}

/** Other optimizers' results on the same problems, frozen. */
export const peerFile = JSON.parse(
  readFileSync(path.join(import.meta.dirname, 'peers.generated.json'), 'utf8'),
) as PeerFile

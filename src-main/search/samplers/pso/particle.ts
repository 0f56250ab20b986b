import type { Solution } from '../population/solution.ts'

/** A particle that has had a result. */
export interface Particle {
  readonly position: readonly number[]
  readonly velocity: readonly number[]
  readonly best: Solution
  /** Results so far. */
  readonly moves: number
  /** The problem has changed since: its best is no information. */
  readonly forgets: boolean
}

/** One entry per particle, swarm after swarm, null before its first result; never changed, a trial gives a new one. */
export type Swarm = readonly (Particle | null)[]

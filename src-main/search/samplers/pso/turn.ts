import type { PsoOptions } from './options.ts'

/** Whose turn a trial is. */
export interface Turn {
  readonly swarm: number
  /** Index among the particles of all swarms; null: the best place of the swarm is measured again. */
  readonly particle: number | null
}

/** Particles of all swarms. */
export function particleCount({ swarms, particles }: PsoOptions): number {
  return swarms * particles
}

/**
 * Trial n moves particle n mod all of them, swarm after swarm. Where the problem may change, each swarm's turn begins,
 * from the second round on, with a trial at its best place.
 */
export function turnOf(number: number, options: PsoOptions): Turn {
  const { particles, swarms, changeBeyond } = options
  const total = particleCount(options)
  if (changeBeyond === undefined || number < total) {
    const particle = number % total
    return { swarm: Math.floor(particle / particles), particle }
  }
  const place = (number - total) % (total + swarms)
  const swarm = Math.floor(place / (particles + 1))
  const turn = place % (particles + 1)
  return { swarm, particle: turn === 0 ? null : swarm * particles + turn - 1 }
}

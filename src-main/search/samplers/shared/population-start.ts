import { latinHypercubeSampler } from '../latin-hypercube/latin-hypercube.ts'
import { randomSampler } from '../random/random.ts'

/** Where the first points of a population lie: as one of these samplers would propose them. */
export const populationStarts = [latinHypercubeSampler.name, randomSampler.name] as const
type PopulationStart = (typeof populationStarts)[number]

/** Each share of every parameter's range has one point. */
export const evenStart: PopulationStart = latinHypercubeSampler.name

export function startsAtRandom(start: PopulationStart): boolean {
  return start === randomSampler.name
}

import { gridSampler } from './grid/grid.ts'
import { randomSampler } from './random/random.ts'
import { haltonSampler } from './halton/halton.ts'
import { sobolSampler } from './sobol/sobol.ts'
import { latinHypercubeSampler } from './latin-hypercube/latin-hypercube.ts'
import { annealSampler } from './anneal/anneal.ts'
import { catcmaSampler } from './catcma/catcma.ts'
import { cmaesSampler } from './cmaes/cmaes.ts'
import { forestSampler } from './forest/forest.ts'
import { freezeThawSampler } from './freeze-thaw/freeze-thaw.ts'
import { gpSampler } from './gp/gp.ts'
import { nsga2Sampler } from './nsga2/nsga2.ts'
import { nsga3Sampler } from './nsga3/nsga3.ts'
import { deSampler } from './de/de.ts'
import { geneticSampler } from './genetic/genetic.ts'
import { pb2Sampler } from './pb2/pb2.ts'
import { pbtSampler } from './pbt/pbt.ts'
import { psoSampler } from './pso/pso.ts'
import { autoSampler } from './auto/auto.ts'
import { createGradientDefinition } from './gradient/gradient.ts'
import { createMixDefinition } from './mix/mix.ts'
import { createPortfolioDefinition } from './portfolio/portfolio.ts'
import type { SamplerDefinition } from './sampler.ts'
import { tpeSampler } from './tpe/tpe.ts'

/** Samplers that choose points themselves. */
const choosing: readonly SamplerDefinition[] = [
  randomSampler,
  gridSampler,
  sobolSampler,
  haltonSampler,
  latinHypercubeSampler,
  annealSampler,
  catcmaSampler,
  cmaesSampler,
  forestSampler,
  gpSampler,
  geneticSampler,
  psoSampler,
  deSampler,
  tpeSampler,
  nsga2Sampler,
  nsga3Sampler,
]

const definitions: readonly SamplerDefinition[] = [
  ...choosing,
  pbtSampler,
  pb2Sampler,
  freezeThawSampler,
  autoSampler,
  createGradientDefinition(choosing),
  createMixDefinition(choosing),
  createPortfolioDefinition(choosing),
]

/** Every sampler by the name that a study file uses. */
export const samplers: Readonly<Record<string, SamplerDefinition>> = Object.fromEntries(
  definitions.map(definition => [definition.name, definition]),
)

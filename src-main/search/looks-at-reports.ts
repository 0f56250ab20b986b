import type { StudySpecification } from '../contract/study-specification.ts'

/** Samplers that judge trials by their curves. */
const readCurves: readonly string[] = ['pbt', 'pb2']

/**
 * Whether anything looks at what trials report before they end: a pruner, a population, or a limit of epochs. Where
 * nothing does, nobody waits for a judgement of each step, and curves are not kept in memory.
 */
export function looksAtReports({
  pruner,
  sampler,
  stop,
}: Pick<StudySpecification, 'pruner' | 'sampler' | 'stop'>): boolean {
  return pruner.name !== 'none' || readCurves.includes(sampler.name) || stop.epochs !== undefined
}

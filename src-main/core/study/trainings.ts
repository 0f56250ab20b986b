import type { StudySpecification } from './study-specification.ts'

type Repeats = Pick<StudySpecification, 'folds' | 'replicates' | 'instances'>

/** How often a configuration is trained: once for each fold or instance, and all of that again for each replicate. */
export function trainingsOf({ folds, replicates, instances = [] }: Repeats): number {
  return replicates.count * folds * Math.max(instances.length, 1)
}

/** The instance of one of the trainings, from 0. Every trial meets them in the same order. */
export function instanceOf({ instances = [] }: Repeats, training: number): string | undefined {
  return instances[training % Math.max(instances.length, 1)]
}

import type { Curve } from '../../core/trial/trial.ts'

/** Curves of fewer steps show no rhythm. */
const MIN_STEPS = 4
/** So many steps follow each other at one distance where a curve has a rhythm. */
const MIN_SHARE = 0.6

/** Whether steps are missing in a curve that else goes in even steps. */
export function hasHole({ steps }: Curve): boolean {
  if (steps.length < MIN_STEPS) return false
  const counts = new Map<number, number>()
  for (let index = 1; index < steps.length; index++) {
    const distance = (steps[index] as number) - (steps[index - 1] as number)
    counts.set(distance, (counts.get(distance) ?? 0) + 1)
  }
  const [usual, count] = [...counts].reduce((most, entry) => (entry[1] > most[1] ? entry : most))
  if (usual <= 0 || count < MIN_SHARE * (steps.length - 1)) return false
  return [...counts.keys()].some(distance => distance > usual && distance % usual === 0)
}

import { signOf } from '../../../contract/ranking.ts'
import type { TrialSnapshot } from '../../../contract/trial.ts'
import type { SamplerContext } from '../sampler.ts'

/** A member of the population as its last finished trial left it. */
export interface Member {
  readonly trial: TrialSnapshot
  /** Low is good; +∞ for NaN. */
  readonly loss: number
  /** Steps that its training has had. */
  readonly step: number
}

/** Member m's trials are those whose number leaves m over when divided by the population. */
export function memberOf(trialNumber: number, population: number): number {
  return trialNumber % population
}

/** Counts from 0. */
export function generationOf(trialNumber: number, population: number): number {
  return Math.floor(trialNumber / population)
}

/** The loss that a trial ended with, not its best: it is the weights of the end that go on. */
export function lastLoss(
  { reports, values }: TrialSnapshot,
  direction: SamplerContext['goals'][number]['direction'],
): number {
  const value = reports.at(-1)?.value ?? values[0] ?? Number.NaN
  if (Number.isNaN(value)) return Number.POSITIVE_INFINITY
  return signOf(direction) * value
}

/**
 * The latest complete trial of every member that has one, by member, looking back from a trial at most two generations:
 * with several slots the last generation may not be whole yet.
 */
export function currentMembers(
  trials: readonly TrialSnapshot[],
  trialNumber: number,
  population: number,
  interval: number,
  direction: SamplerContext['goals'][number]['direction'],
): Map<number, Member> {
  const generation = generationOf(trialNumber, population)
  // What has trained further already would leave nothing to train.
  const [oldest, end] = [(generation - 2) * population, generation * population]
  const members = new Map<number, Member>()
  for (const trial of trials) {
    if (trial.number < oldest || trial.number >= end || trial.state !== 'complete') continue
    const step =
      trial.reports.at(-1)?.step ?? (generationOf(trial.number, population) + 1) * interval
    members.set(memberOf(trial.number, population), {
      ...{ trial, step },
      loss: lastLoss(trial, direction),
    })
  }
  return members
}

import { signOf } from '../../core/trial/ranking.ts'
import { trainingsOf } from '../../core/study/trainings.ts'
import type { StudyRecord } from '../../core/study/study.ts'
import { isFinished } from '../../core/trial/trial.ts'
import type { MessageDescriptor } from '../../core/errors/message.ts'
import { msg } from '../../core/errors/message.ts'
import { replicatesByTrial } from '../../analysis/summary/replicates.ts'
import {
  chanceToWin,
  expectedLoss,
  spreadOfDifferences,
  type Trainings,
} from '../../search/race/race.ts'
import type { StudyStore } from '../../platform/storage/study-store.ts'
import type { TrialFinish } from '../../platform/storage/trials.ts'
import type { StudyHistory } from './study-history.ts'

/** Complete trials whose spread counts, newest first: with more, a judgment would cost more than it tells. */
const SPREAD_OF_TRIALS = 100

/** A trial that has lost: why, and what all its trainings would probably have given. */
export interface LostRace {
  readonly reason: MessageDescriptor
  readonly value: number
}

/** Compares the trainings of running trials with those of the best, in a study that wants that. */
export class StudyRace {
  readonly #study: () => StudyRecord
  readonly #history: StudyHistory
  /** Losses of the trainings of complete trials, by number, in the order of their ends. */
  readonly #complete = new Map<number, Trainings>()

  constructor(store: StudyStore, study: () => StudyRecord, history: StudyHistory) {
    this.#study = study
    this.#history = history
    const { id, specification } = study()
    if (specification.race === undefined) return
    for (const [number, replicates] of replicatesByTrial(store.events(id))) {
      const { state } = history.trial(number)
      if (isFinished(state)) this.ended(number, { state, replicates })
    }
  }

  /** Of trials that have done all their trainings, later ones are compared with these. */
  ended(number: number, { state, replicates }: Pick<TrialFinish, 'state' | 'replicates'>): void {
    if (this.#study().specification.race === undefined || replicates === undefined) return
    if (state === 'complete') this.#complete.set(number, this.#lossesOf(replicates))
  }

  /**
   * @param replicates of the trainings that are done
   * @returns null: it goes on
   */
  judge(replicates: readonly (readonly number[])[]): LostRace | null {
    const { specification } = this.#study()
    const { race, goals } = specification
    const [goal] = goals
    if (race === undefined || goal === undefined) return null
    const leader = this.#history.best(goal)
    const best = leader === null ? undefined : this.#complete.get(leader.number)
    const trainings = trainingsOf(specification)
    // A trial of a time when the study had other trainings is no measure.
    if (leader === null || best?.length !== trainings) return null
    const spread = this.#spread(leader.number, best)
    // Two easy instances that agree say nothing of those to come.
    if (spread === null && specification.instances !== undefined) return null
    const losses = this.#lossesOf(replicates)
    const chance = chanceToWin(losses, best, spread)
    if (!(chance < race.chance)) return null
    const value = signOf(goal.direction) * expectedLoss(losses, best)
    const reason = msg('pruning.lostRace', {
      trial: leader.number,
      done: losses.length,
      of: trainings,
      chance,
      limit: race.chance,
    })
    return { reason, value }
  }

  #spread(leader: number, best: Trainings): number | null {
    const others = [...this.#complete]
      .filter(([number, losses]) => number !== leader && losses.length === best.length)
      .slice(-SPREAD_OF_TRIALS)
    return spreadOfDifferences(
      best,
      others.map(([, losses]) => losses),
    )
  }

  #lossesOf(replicates: readonly (readonly number[])[]): Trainings {
    const [goal] = this.#study().specification.goals
    const sign = goal === undefined ? 1 : signOf(goal.direction)
    return replicates.map(([value = Number.NaN]) => sign * value)
  }
}

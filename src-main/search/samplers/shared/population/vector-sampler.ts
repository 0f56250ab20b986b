import type { Provenance } from '../../../../core/trial/trial.ts'
import type { RandomStream } from '../../../../math/random/random-stream.ts'
import { createRandomStream } from '../../../../math/random/stream.ts'
import type { Sampler, SamplerContext } from '../../sampler.ts'
import { RepeatCheck } from './repeat-check.ts'
import { type Solution, solutionOf } from './solution.ts'
import { createTrialFold } from './trial-fold.ts'
import { VectorEncoding } from './vector-encoding.ts'

/** How a population whose trials are vectors moves through the cube. States are never changed. */
export interface VectorRules<State, Move> {
  readonly name: string
  readonly start: State
  /** The state as it is at the turn of a trial. */
  enter(state: State, number: number): State
  /** Where a trial goes and how that came about; another answer at every call. */
  move(state: State, number: number, dimension: number, random: RandomStream): Move
  /** Whether a move must not lead to a point that was tried. */
  mustBeNew(move: Move): boolean
  /** The move, thrown anywhere in one coordinate. */
  kick(state: State, number: number, move: Move, random: RandomStream): Move
  /** The state after a result at `solution`, which `move` had led to. */
  settle(state: State, move: Move, solution: Solution): State
  explain(state: State, move: Move, number: number): Pick<Provenance, 'reason' | 'detail'>
}

/** Draws of a move in vain, after which the last one is kicked, again and again, while there is hope of a new point. */
const DRAWS = 5
const KICKS = 10

export function createVectorSampler<State, Move extends { readonly point: readonly number[] }>(
  rules: VectorRules<State, Move>,
  { space, goals, seed }: SamplerContext,
): Sampler {
  const encoding = new VectorEncoding(space)
  const { dimension } = encoding
  const repeats = new RepeatCheck(space)
  const { direction } = goals[0] as SamplerContext['goals'][number]

  function moveOf(state: State, number: number): Move {
    const random = createRandomStream({ seed, number, purpose: rules.name })
    const draw = (): Move => rules.move(state, number, dimension, random)
    const isRepeat = (move: Move): boolean =>
      rules.mustBeNew(move) && repeats.isRepeat(encoding.assignmentAt(move.point), number)
    let move = draw()
    for (let turn = 1; dimension > 0 && turn < DRAWS + KICKS && isRepeat(move); turn++) {
      move = turn < DRAWS ? draw() : rules.kick(state, number, move, random)
    }
    return move
  }

  const fold = createTrialFold(rules.start, (before, trial) => {
    const state = rules.enter(before, trial.number)
    const move = moveOf(state, trial.number)
    const point = encoding.vectorOf(trial.parameters, move.point)
    return rules.settle(state, move, solutionOf(trial, point, direction))
  })

  return {
    propose({ trials, trialNumber }) {
      repeats.follow(trials)
      const state = rules.enter(fold(trials), trialNumber)
      const move = moveOf(state, trialNumber)
      return {
        parameters: encoding.assignmentAt(move.point),
        provenance: { sampler: rules.name, ...rules.explain(state, move, trialNumber) },
      }
    },
  }
}

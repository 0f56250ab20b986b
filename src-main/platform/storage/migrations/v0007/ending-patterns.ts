import type { SentencePattern } from './sentence-pattern.ts'

/** Why a study ended, a sampler had nothing left, a run of one began anew. */
export const endingPatterns: readonly SentencePattern[] = [
  // Stop rules, people and imports: why a study is in its state.
  ['ending.failuresInARow', '{trials} trials failed in a row'],
  ['ending.allFailed', 'every trial failed ({trials} of {trials})'],
  ['ending.targetReached', 'target {target} reached'],
  ['ending.trialsDone', '{trials} trials done'],
  ['ending.minutesOver', '{minutes} minutes are over'],
  ['ending.epochsTrained', '{epochs} epochs trained'],
  ['ending.stagnation', '{trials} trials without improvement'],
  [
    'ending.regretBound',
    'no point is likely to be better by more than {bound}, below the regret bound of {limit}',
  ],
  [
    'ending.emmr',
    'what a trial can still gain has fallen to {share} % of the start, below {limit} % (emmr)',
  ],
  ['ending.paused', 'paused by the user'],
  ['ending.stopped', 'stopped by the user'],
  ['ending.stoppedAfterTrials', 'stopped by the user after its running trials'],
  ['ending.changedAfterwards', 'settings changed after its end'],
  ['ending.queuedAfterwards', 'trials were queued after its end'],
  ['ending.trialGoesOn', 'trial {trial} goes on'],
  ['ending.endOfInput', 'end of input'],
  ['ending.imported', 'imported from {program:word}'],
  // Why a sampler has nothing left to propose.
  ['ending.spaceTried', 'all {points} points of the space have been tried'],
  ['ending.gridTried', 'all {cells} cells of the grid have been tried'],
  ['ending.membersTrained', 'every member has trained {steps} steps'],
  ['ending.nothingProposed', 'the sampler proposes nothing'],
  ['ending.relationsUnkept', 'no point was found that keeps all relations'],
  ['ending.runsEnded', 'the run has ended: {reason:known}', { runs: 1 }],
  ['ending.runsEnded', 'all {runs} runs have ended: {reason:known}'],
  // Why a run of `gradient` ended.
  ['ending.outerExhausted', 'the outer sampler has nothing left'],
  ['ending.nothingToMove', 'nothing to move'],
  ['ending.noGradient', 'trial {trial} gave no gradient: take estimator central or spsa'],
  ['ending.noSmallerStep', 'no smaller step lowers the loss'],
  ['ending.smallGradient', 'the gradient has fallen to {norm}'],
  ['ending.noBetterGoal', 'no better goal in {steps} steps'],
  ['ending.stepsDone', '{steps} steps done'],
  ['ending.startNotFinite', 'the loss at the start is no finite number'],
  ['ending.nothingFiniteNearby', 'no finite loss nearby'],
  // Why a run of `cmaes` or `catcma` ended and another began.
  ['ending.shareUsed', 'it has used its share of trials'],
  ['ending.valuesEqual', 'values no longer differ'],
  ['ending.bestUnchanged', 'the best value of a generation stays equal'],
  ['ending.smallStepSize', 'the step size is below 1e-12'],
  ['ending.stepWithoutEffect', 'a step along a coordinate changes nothing'],
  ['ending.degenerate', 'the covariance matrix is degenerate'],
]

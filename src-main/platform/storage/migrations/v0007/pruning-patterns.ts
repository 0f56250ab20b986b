import type { SentencePattern } from './sentence-pattern.ts'

/** Why a trial was stopped early. */
export const pruningPatterns: readonly SentencePattern[] = [
  ['pruning.nan', 'the value at step {step} is NaN'],
  ['pruning.belowLimit', 'the value at step {step} {value} is below the lower limit {limit}'],
  ['pruning.aboveLimit', 'the value at step {step} {value} is above the upper limit {limit}'],
  ['pruning.nanAtRung', 'the value at step {step} is NaN, where rung {rung} is judged'],
  [
    'pruning.behindAtRung',
    'value {value} is number {place} of {count} at rung {rung} (step {step}), where the best one goes on',
    { allowed: 1 },
  ],
  [
    'pruning.behindAtRung',
    'value {value} is number {place} of {count} at rung {rung} (step {step}), where the best {allowed} go on',
  ],
  ['pruning.inBracket', 'bracket {bracket} of {brackets}: {reason:known}'],
  ['pruning.waitsAtRung', 'waits at rung {rung} (step {step})'],
  ['pruning.allNan', 'every value up to step {step} is NaN'],
  [
    'pruning.belowMedian',
    'best so far {best} is worse than the median {threshold} of {count} complete trial[s] at step {step}',
  ],
  [
    'pruning.belowPercentile',
    'best so far {best} is worse than the best {percentile} % {threshold} of {count} complete trial[s] at step {step}',
  ],
  [
    'pruning.behindFronts',
    'at step {step} {better} of {count} complete trial stands in better Pareto fronts than this one, which is in front {front} with {values:metrics}',
  ],
  [
    'pruning.behindFronts',
    'at step {step} {better} of {count} complete trials stand in better Pareto fronts than this one, which is in front {front} with {values:metrics}',
  ],
  ['pruning.stalled', 'best of the last {reports} reports {recent} is worse than {before} before'],
  [
    'pruning.worseThanBest',
    'worse than trial {trial} at {steps} common steps (signed-rank test, p = {probability} < {limit})',
  ],
  [
    'pruning.overfitsBehind',
    'overfits: at step {step} the validation value {value} is {gap} behind {metric:text} {trained}, more than {limit}',
  ],
  [
    'pruning.overfitsSince',
    'overfits: {reports} reports after its best validation value {best} (step {step}) it stands at {value}, while {metric:text} went on from {before} to {now}',
  ],
  ['pruning.told', 'told as pruned'],
  ['pruning.pruned', 'pruned'],
  ['pruning.byProgram', 'pruned by {program:word}'],
  ['ending.cancelled', 'cancelled'],
]

import type { SentencePair } from './sentence-template.ts'

/** Why a trial was stopped early. */
export const pruningSentences: readonly SentencePair[] = [
  ['the value at step {step} is NaN', '第 {step} 步的值为 NaN'],
  [
    'the value at step {step} {value} is below the lower limit {limit}',
    '第 {step} 步的值 {value} 低于下限 {limit}',
  ],
  [
    'the value at step {step} {value} is above the upper limit {limit}',
    '第 {step} 步的值 {value} 高于上限 {limit}',
  ],
  [
    'the value at step {step} is NaN, where rung {rung} is judged',
    '评判第 {rung} 级时，第 {step} 步的值为 NaN',
  ],
  [
    'value {value} is number {place} of {count} at rung {rung} (step {step}), where the best one goes on',
    '第 {rung} 级（第 {step} 步）的值 {value} 在 {count} 个中排第 {place}，只有最佳者继续',
  ],
  [
    'value {value} is number {place} of {count} at rung {rung} (step {step}), where the best {allowed} go on',
    '第 {rung} 级（第 {step} 步）的值 {value} 在 {count} 个中排第 {place}，最佳的 {allowed} 个继续',
  ],
  [
    'bracket {bracket} of {brackets}: {reason:known}',
    '第 {bracket} 组（共 {brackets} 组）：{reason}',
  ],
  ['waits at rung {rung} (step {step})', '在第 {rung} 级（第 {step} 步）等待'],
  ['every value up to step {step} is NaN', '截至第 {step} 步的值均为 NaN'],
  ...['trial', 'trials'].flatMap((trials): SentencePair[] => [
    [
      `best so far {best} is worse than the median {median} of {count} complete ${trials} at step {step}`,
      '迄今最佳值 {best} 差于 {count} 个已完成试验在第 {step} 步的中位数 {median}',
    ],
    [
      `best so far {best} is worse than the best {percentile} % {threshold} of {count} complete ${trials} at step {step}`,
      '迄今最佳值 {best} 差于 {count} 个已完成试验在第 {step} 步最佳 {percentile}% 的界限 {threshold}',
    ],
  ]),
  ...['trial stands', 'trials stand'].map((trials): SentencePair => [
    `at step {step} {better} of {count} complete ${trials} in better Pareto fronts than this one, which is in front {front} with {values:list}`,
    '第 {step} 步，{count} 个已完成试验中有 {better} 个位于更好的帕累托前沿；此试验在第 {front} 层：{values}',
  ]),
  [
    'best of the last {reports} reports {recent} is worse than {before} before',
    '最近 {reports} 次报告的最佳值 {recent} 差于此前的 {before}',
  ],
  [
    'worse than trial {trial} at {steps} common steps (signed-rank test, p = {probability} < {limit})',
    '在 {steps} 个共同的步上差于试验 {trial}（符号秩检验，p = {probability} < {limit}）',
  ],
  [
    'overfits: at step {step} the validation value {value} is {gap} behind {training:text} {trained}, more than {limit}',
    '过拟合：第 {step} 步的验证值 {value} 落后 {training} {trained} 达 {gap}，超过 {limit}',
  ],
  [
    'overfits: {reports} reports after its best validation value {best} (step {step}) it stands at {value}, while {training:text} went on from {before} to {now}',
    '过拟合：最佳验证值 {best}（第 {step} 步）之后 {reports} 次报告，现为 {value}，而 {training} 仍由 {before} 变为 {now}',
  ],
  ['told as pruned', '被告知为已剪枝'],
  ['pruned', '已剪枝'],
  ['pruned by Optuna', '由 Optuna 剪枝'],
  ['cancelled', '已取消'],
]

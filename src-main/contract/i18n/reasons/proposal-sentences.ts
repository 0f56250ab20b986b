import type { SentencePair } from './sentence-template.ts'

/** What stands around the sentence of a sampler: whoever asked it, and what became of its answer. */
const around: readonly SentencePair[] = [
  [
    '{reason:sentence} (counting the {trials} earlier trials)',
    '{reason}（含先前的 {trials} 个试验）',
  ],
  ['draw {draw}', '第 {draw} 次抽取'],
  ['drawn at random, because that was tried before', '该点已试过，改为随机抽取'],
  ['no draw found a point that was not tried', '未能抽到尚未试过的点'],
  ['moved to keep the relations', '已移动以满足参数关系'],
  ['result of trial {trial} reused', '沿用试验 {trial} 的结果'],
  ['point {point} of {points} to try first', '先试的第 {point} 点，共 {points} 点'],
  ['{names:list} filled in by {sampler:word}', '{names} 由 {sampler} 补全'],
  ['{names:list} filled in at random', '{names} 随机补全'],
  [
    '{sampler:word}, drawn with probability {probability}: {reason:sentence}',
    '{sampler}，以概率 {probability} 抽中：{reason}',
  ],
  ['{sampler:word}, not judged yet: {reason:sentence}', '{sampler}，尚未评判：{reason}'],
  [
    '{sampler:word}, whose {used} of the newest {trials} trials are worth {credit} each: {reason:sentence}',
    '{sampler}，最新 {trials} 个试验中占 {used} 个，每个计 {credit} 分：{reason}',
  ],
  ['{sampler:word} ({why:known}): {reason:sentence}', '{sampler}（{why}）：{reason}'],
  [
    '{sampler:word} since trial {trial}, as {cause:known} ({why:known}): {reason:sentence}',
    '自试验 {trial} 起为 {sampler}，因为{cause}（{why}）：{reason}',
  ],
]

/** Why `auto` takes one sampler and not another. */
const choices: readonly SentencePair[] = [
  [
    'while trials are few, a model of the whole space makes the most of each',
    '试验较少时，整个空间的模型最能用好每个试验',
  ],
  [
    'a distribution around the best trials goes on where a model gains little',
    '模型收益甚微之后，由最佳试验周围的分布继续',
  ],
  ['selection made for {goals} goals', '其选择适合 {goals} 个目标'],
  ['a population spreads along the front', '种群沿帕累托前沿展开'],
  ['it is cheap however many parameters there are', '参数再多也不费时'],
  ['it takes constraints and many parameters', '能处理约束和大量参数'],
  ['{trials} trials had not improved the best', '连续 {trials} 个试验未改进最佳值'],
  ['the first {trials} trials are over', '前 {trials} 个试验已结束'],
]

/** What people and other programs asked for. */
const asked: readonly SentencePair[] = [
  ['enqueued by a person', '由用户加入队列'],
  ['trial {trial} with values that a person chose', '试验 {trial}，部分取值由用户选定'],
  ['trial {trial} again, as a person asked', '应用户要求重做试验 {trial}'],
  [
    'trial {trial} extended from step {step}, as a person asked',
    '应用户要求从第 {step} 步起延长试验 {trial}',
  ],
  [
    'fork of trial {trial} at step {step}, as a person asked',
    '应用户要求从试验 {trial} 的第 {step} 步分叉',
  ],
  ['begins with weights of trial {trial} at step {step}', '以试验 {trial} 第 {step} 步的权重开始'],
  [
    'trial {trial} goes on from rung {rung} (step {step}): value {value} is number {place} of {count}, the best {quota} go on',
    '试验 {trial} 从第 {rung} 级（第 {step} 步）继续：值 {value} 在 {count} 个中排第 {place}，最佳的 {quota} 个继续',
  ],
  ['proposed by Optuna', '由 Optuna 提议'],
  ['row {row} of the table', '表格的第 {row} 行'],
]

export const proposalSentences: readonly SentencePair[] = [...around, ...choices, ...asked]

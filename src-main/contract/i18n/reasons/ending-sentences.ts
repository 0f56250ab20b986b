import type { SentencePair } from './sentence-template.ts'

/** Stop rules, people and imports: why a study is in its state. */
const studies: readonly SentencePair[] = [
  ['{trials} trials failed in a row', '连续 {trials} 个试验失败'],
  ['every trial failed ({failed} of {trials})', '所有试验均失败（{failed}/{trials}）'],
  ['target {target} reached', '已达到目标值 {target}'],
  ['{trials} trials done', '已完成 {trials} 个试验'],
  ['{minutes} minutes are over', '已满 {minutes} 分钟'],
  ['{epochs} epochs trained', '已训练 {epochs} 轮'],
  ['{trials} trials without improvement', '连续 {trials} 个试验没有改进'],
  [
    'no point is likely to be better by more than {bound}, below the regret bound of {limit}',
    '任何点都不大可能再好出 {bound} 以上，低于设定的遗憾界限 {limit}',
  ],
  [
    'what a trial can still gain has fallen to {share} % of the start, below {limit} % (emmr)',
    '一个试验还能带来的改进已降至开始时的 {share}%，低于 {limit}%（emmr）',
  ],
  ['paused by the user', '由用户暂停'],
  ['stopped by the user', '由用户停止'],
  ['stopped by the user after its running trials', '由用户在运行中的试验结束后停止'],
  ['settings changed after its end', '结束后更改了设置'],
  ['trials were queued after its end', '结束后加入了待试点'],
  ['trial {trial} goes on', '试验 {trial} 继续'],
  ['end of input', '输入结束'],
  ['imported from {program:word}', '从 {program} 导入'],
]

/** Why a sampler has nothing left to propose. */
const exhausted: readonly SentencePair[] = [
  ['all {points} points of the space have been tried', '空间的全部 {points} 个点均已试过'],
  ['all {cells} cells of the grid have been tried', '网格的全部 {cells} 格均已试过'],
  ['every member has trained {steps} steps', '每个成员都已训练 {steps} 步'],
  ['the sampler proposes nothing', '采样器没有提议'],
  ['no point was found that keeps all relations', '未找到满足全部参数关系的点'],
  ['the run has ended: {reason:known}', '该轮已结束：{reason}'],
  ['all {runs} runs have ended: {reason:known}', '全部 {runs} 轮已结束：{reason}'],
]

/** Why a run of `gradient` ended. */
const descents: readonly SentencePair[] = [
  ['the outer sampler has nothing left', '外层采样器没有更多提议'],
  ['nothing to move', '没有可移动的参数'],
  [
    'trial {trial} gave no gradient: take estimator central or spsa',
    '试验 {trial} 没有给出梯度：请使用 estimator central 或 spsa',
  ],
  ['no smaller step lowers the loss', '更小的步长也不能降低损失'],
  ['the gradient has fallen to {norm}', '梯度已降至 {norm}'],
  ['no better goal in {steps} steps', '{steps} 步内目标没有改进'],
  ['{steps} steps done', '已走完 {steps} 步'],
  ['the loss at the start is no finite number', '起点的损失不是有限数'],
  ['no finite loss nearby', '附近没有有限的损失'],
]

/** Why a run of `cmaes` or `catcma` ended and another began. */
const restarts: readonly SentencePair[] = [
  ['it has used its share of trials', '已用完其试验份额'],
  ['values no longer differ', '各值不再有差别'],
  ['the best value of a generation stays equal', '每代的最佳值不再变化'],
  ['the step size is below 1e-12', '步长低于 1e-12'],
  ['a step along a coordinate changes nothing', '沿坐标轴移动一步不再改变任何值'],
  ['the covariance matrix is degenerate', '协方差矩阵已退化'],
]

export const endingSentences: readonly SentencePair[] = [
  ...studies,
  ...exhausted,
  ...descents,
  ...restarts,
]

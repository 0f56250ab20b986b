import type { SentencePair } from './sentence-template.ts'

/** Samplers that follow a plan, or nothing. */
const planned: readonly SentencePair[] = [
  ['drawn at random', '随机抽取'],
  ['cell {cell} of {cells}', '网格的第 {cell} 格，共 {cells} 格'],
  ["point {point} of Sobol's sequence", 'Sobol 序列的第 {point} 号点'],
  ["point {point} of Halton's sequence", 'Halton 序列的第 {point} 号点'],
  [
    'row {row} of {rows}[ of hypercube {cube}]',
    '[第 {cube} 个超立方体的]第 {row} 行，共 {rows} 行',
  ],
  [
    'near trial {trial}, within {share} % of the ranges',
    '在试验 {trial} 附近，不出范围的 {share}%',
  ],
]

/** Samplers with a model or a distribution. */
const modelled: readonly SentencePair[] = [
  [
    'trial {trial} of {trials} that are spread over the space',
    '均匀铺在搜索空间中的 {trials} 个试验，此为第 {trial} 号',
  ],
  [
    'drawn from the distribution of generation {generation}[ after restart {restart}][, step size {size}]',
    '[第 {restart} 次重启后，]从第 {generation} 代的分布抽取[，步长 {size}]',
  ],
  [
    "start-up: point {point} of Sobol's sequence, {valued} of {trials} trials have a value",
    '起步阶段：Sobol 序列的第 {point} 号点，所需的 {trials} 个试验中 {valued} 个已有值',
  ],
  [
    'start-up: {valued} of {trials} trials have a value',
    '起步阶段：所需的 {trials} 个试验中 {valued} 个已有值',
  ],
  [
    'best of {draws} draws near the {good} good of {trials} trials',
    '在 {trials} 个试验中较好的 {good} 个附近抽取 {draws} 次，取其最佳',
  ],
  ...[
    ['likeliest to be feasible', '最可能可行'],
    ['largest expected improvement', '期望改进最大'],
    ['largest expected hypervolume improvement', '期望超体积改进最大'],
  ].flatMap(([english = '', chinese = '']): SentencePair[] => [
    [`${english} by a model of {trials} trials`, `按 {trials} 个试验的模型，${chinese}`],
    [
      `${english} by a model of {modelled} of {trials} trials, the best and the newest`,
      `按 {trials} 个试验中 {modelled} 个（最佳的和最新的）的模型，${chinese}`,
    ],
  ]),
  [
    'largest expected improvement by a forest over {trials} trials',
    '按 {trials} 个试验的随机森林，期望改进最大',
  ],
  [
    'largest expected improvement by a forest over {modelled} of {trials} trials, the best, the newest and a sample',
    '按 {trials} 个试验中 {modelled} 个（最佳的、最新的和一个样本）的随机森林，期望改进最大',
  ],
  ['drawn at random, as every {trials}th trial', '随机抽取，每 {trials} 个试验一次'],
]

/** Samplers with a population. */
const populations: readonly SentencePair[] = [
  [
    'start: {valued} of {individuals} individuals have a value',
    '起步：{individuals} 个个体中 {valued} 个已有值',
  ],
  [
    'generation {generation}: trial {trial}[, mutated in {names:list}]',
    '第 {generation} 代：试验 {trial}[，变异 {names}]',
  ],
  [
    'generation {generation}: crossing of trials {parents:numbers}[, mutated in {names:list}]',
    '第 {generation} 代：试验 {parents} 的交叉[，变异 {names}]',
  ],
  [
    'first population: {valued} of {trials} trials have a result',
    '初始种群：{trials} 个试验中 {valued} 个已有结果',
  ],
  ['copy of trial {trial}[, {names:list} mutated]', '试验 {trial} 的复制[，变异 {names}]'],
  [
    'child of trials {parents:numbers}[, {names:list} mutated]',
    '试验 {parents} 的子代[，变异 {names}]',
  ],
  ['start of member {member}', '成员 {member} 的起点'],
  [
    'generation {generation}: challenges trial {trial} by way of trial {base}, F {scale}, CR {rate}',
    '第 {generation} 代：经试验 {base} 挑战试验 {trial}，F {scale}，CR {rate}',
  ],
  [
    'whether trial {trial}, the best[ of swarm {swarm}], still has its value',
    '核实[第 {swarm} 群的]最佳试验 {trial} 是否仍为原值',
  ],
  [
    'a point to begin with[ of swarm {swarm}], which has no result yet',
    '[第 {swarm} 群的]起始点，尚无结果',
  ],
  ['start of particle {particle}[ of swarm {swarm}]', '[第 {swarm} 群]粒子 {particle} 的起点'],
  [
    'particle {particle}[ of swarm {swarm}] had come to rest and begins elsewhere',
    '[第 {swarm} 群]粒子 {particle} 已静止，改从别处开始',
  ],
  [
    'particle {particle}[ of swarm {swarm}] begins anew around trial {trial}: the problem has changed',
    '问题已变化，[第 {swarm} 群]粒子 {particle} 在试验 {trial} 周围重新开始',
  ],
  [
    'particle {particle}[ of swarm {swarm}], move {move}: pulled towards trial {trial}',
    '[第 {swarm} 群]粒子 {particle} 的第 {move} 次移动：朝向试验 {trial}',
  ],
  [
    'particle {particle}[ of swarm {swarm}], move {move}: pulled towards trials {own} (its own best) and {other}',
    '[第 {swarm} 群]粒子 {particle} 的第 {move} 次移动：朝向试验 {own}（自身最佳）和 {other}',
  ],
  ['member {member} begins', '成员 {member} 开始'],
  ['member {member} begins: no member has ended well', '成员 {member} 开始：没有成员正常结束'],
  [
    'generation {generation}: member {member} goes on (number {place} of {count})',
    '第 {generation} 代：成员 {member} 继续（{count} 个中排第 {place}）',
  ],
  [
    'generation {generation}: member {member} was number {place} of {count} and copies trial {trial}',
    '第 {generation} 代：成员 {member} 在 {count} 个中排第 {place}，改为复制试验 {trial}',
  ],
  [
    'generation {generation}: member {member} failed and copies trial {trial}',
    '第 {generation} 代：成员 {member} 失败，改为复制试验 {trial}',
  ],
]

const gradient =
  '[, point {point} of {points} for the gradient][, {share} of the way after a failure]'
const gradientChinese = '[，求梯度的第 {point} 点，共 {points} 点][，失败后只走 {share} 的路程]'

const descents: readonly SentencePair[] = [
  ['run {run}: nothing in it has a gradient', '第 {run} 轮：其中没有可求梯度的参数'],
  [`run {run}, start${gradient}`, `第 {run} 轮的起点${gradientChinese}`],
  [
    `run {run}, step {step}: down the gradient of trial {trial} (norm {norm})${gradient}`,
    `第 {run} 轮第 {step} 步：沿试验 {trial} 的梯度下降（范数 {norm}）${gradientChinese}`,
  ],
  [
    `run {run}, step {step}: a shorter step down the gradient of trial {trial} (norm {norm})${gradient}`,
    `第 {run} 轮第 {step} 步：以更小的步长沿试验 {trial} 的梯度下降（范数 {norm}）${gradientChinese}`,
  ],
  ['drawn at random while every run waits for results', '各轮都在等待结果，随机抽取'],
]

/** Why each sampler proposed a point. */
export const samplerSentences: readonly SentencePair[] = [
  ...planned,
  ...modelled,
  ...populations,
  ...descents,
]

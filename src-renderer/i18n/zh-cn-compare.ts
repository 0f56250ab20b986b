import type { Messages } from './messages.ts'

/** 比较与确认。 */
export const zhCnCompare: Messages['compare'] = {
  title: '比较研究',
  choice: '比较对象',
  choose: '要比较的研究',
  none: '请选择研究',
  noneText: '仅名称和种子不同的研究视为同一对象的重复。两次重复胜过一次，五次胜过两次。',
  grouping: '分组',
  groupings: { repeats: '合并重复', each: '逐个', authors: '自动与人工' },
  repeats: '次重复',
  shortest: '相同预算：截至最短的运行',
  goalsDiffer: '这些研究的首要目标不同，值无法比较：{goals}。',
  verdict: '结论',
  nothing: '没有可比较的一对：请再选一组，或选有值的组。',
  verdicts: {
    better: '{first} 优于 {second}；效应{effect}。',
    worse: '{first} 优于 {second}；效应{effect}。',
    unclear: '凭这些值无法区分 {first} 与 {second}。',
    negligible: '{first} 与 {second} 有差异，但微不足道。',
    tooFew: '{first} 与 {second}：值太少（{a} 个与 {b} 个），无法下结论。请用更多种子重复。',
  },
  effects: { negligible: '可忽略', small: '小', medium: '中等', large: '大' },
  figures:
    '{metric} 中位数 {first} 对 {second}；差 {difference}，95 % 区间 {low} … {high}；秩和检验 p {p}（已校正），Cliff δ {delta}。',
  trialsOnly:
    '有一组只有一次运行，因此比较的是试验的值。同一次运行的试验相互依赖：p 值仅供参考。要下结论请用不同种子重复。',
  traces: '迄今最佳',
  finals: '最终值',
  distributions: '所有值的分布',
  attainment: '达到的前沿',
  differences: '设置差异',
  noDifference: '除名称和种子外没有差异。',
  setting: '设置',
  help: {
    traces: '一组各次运行的中位数与中间一半。线从每次运行都有值处开始，到最早结束的运行为止。',
    finals: '每个点是一次运行。箱为中间一半及中位数；须到两端。',
    attainment: '一组中至少一半的运行在两个目标上都达到的范围；虚线：四分之一、四分之三。',
    distributions: '至少这样好的试验所占比例。越靠近好的一侧，搜索的区域越好。',
  },
}

export const zhCnConfirm: Messages['confirm'] = {
  title: '确认最佳',
  text: '在相同划分上用新种子重新训练最好的几个配置，并成对比较。众多结果中的最佳部分靠运气：搜索中的值会高估它。',
  top: '最佳配置数',
  trainings: '每个的训练次数',
  start: '开始 {count} 次训练',
  by: '确认研究：',
  of: '确认的研究：',
  result: '确认',
  notYet: '结束的训练太少，无法下结论。',
  verdicts: {
    confirmed: '已确认：搜索的最佳再次最好，且非偶然。',
    overtaken: '被超过：另一配置更好，且非偶然。',
    tied: '难分：最好的均值与另一个无法区分。请增加训练，或选更便宜的。',
  },
  pair: '{first} 减 {second}：平均 {difference}；成对置换检验 p {p}（已校正；最小可能 {least}）。',
  flattered: '选择偏差：这些配置的 {metric} 在搜索中平均好看了 {amount}。请报告此处的值。',
  notFlattered: '未见选择偏差：{metric} 平均比搜索中好 {amount}。',
  testLooks:
    '该研究及其确认共查看测试划分 {count} 次。只用验证集选择；每多看一次，测试就少一分可信。',
  chart: '重新训练',
  help: '点为新种子的训练；箱为均值的 95 % 区间，线为均值；空心：搜索中的值。',
  repeatTitle: '用不同种子重复',
  repeatText: '用其他种子再次运行整个搜索，逐个进行，并比较全部。每次重复各自划分数据。',
  seeds: '更多种子数',
  repeat: '创建并运行 {count} 次重复',
}

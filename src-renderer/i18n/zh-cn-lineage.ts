import type { Texts } from './messages.ts'
import type { enLineage } from './en-lineage.ts'

export const zhCnLineage: Texts<typeof enLineage> = {
  title: '前后关系',
  help: '此试验由哪些试验继续而来，又有哪些试验由它继续。点选可打开。',
  schedule: '{name} 随步数的变化',
  shownOf: '显示 {count} 个变化参数中的 {shown} 个。',
  root: '来自试验 {number}，第 {step} 步',
  pause: '暂停此试验',
  pauseHelp: '保存已学到的内容并让出槽位。',
  unpause: '让它继续',
  paused: '已暂停',
  pausedHelp: '它会等到您让它继续；研究照常进行。',
  unpauseLater: '研究恢复后它将继续。',
  extend: '训练更久',
  extendHelp: '新试验以相同参数从试验 {number} 的第 {step} 步之后继续。',
  epochs: '再训练的轮数',
  steps: '再训练的步数',
  extended: '接下来训练更久：试验 {numbers}。',
  fork: '分叉',
  forkHelp: '新试验从试验 {number} 在第 {step} 步学到的内容开始。',
  mode: '如何开始',
  forkMode: '在第 {step} 步之后继续，此后使用这些值',
  warmMode: '沿用形状相符的权重，从第一步开始',
  forked: '接下来训练试验 {number} 的分叉。',
  noCheckpoint: '没有保留检查点，无法由它继续。',
  whyNot: {
    program: '无法训练更久或分叉：研究没有说明其程序可从检查点继续（目标任务的“resumes”）。',
    oneStep: '无法训练更久或分叉：它只有一步。',
    hypergradients: '无法训练更久或分叉：使用超梯度的训练不留检查点。',
  },
  resumeFirst: '研究已结束或在等待：恢复研究后才会训练排队的试验。',
}

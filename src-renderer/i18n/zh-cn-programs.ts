import type { Texts } from './messages.ts'
import type { enPrograms } from './en-programs.ts'

export const zhCnPrograms: Texts<typeof enPrograms> = {
  kind: '自己的程序',
  command: '程序',
  commandHelp: '第一行是程序，之后每行一个参数。{name} 会替换为参数的值，{seed} 替换为种子。',
  directory: '工作文件夹',
  directoryHelp: '程序运行所在文件夹的绝对路径',
  metrics: '指标来源',
  lines: '程序打印的 JSON 行',
  pattern: '对输出使用正则表达式',
  file: '结束时的结果文件',
  patternLabel: '正则表达式',
  patternHelp: '每个指标一个命名组，例如 {example}',
  resumes: '可从检查点继续',
  resumesHelp:
    '程序从自己的检查点文件夹继续、在其中保存，并在被告知的步结束：试验可以训练更久、分叉和晋级。',
  metric: '指标',
  direction: '方向',
  output: '输出',
  outputOf: '第 {attempt} 次尝试的输出',
  noOutput: '尚无输出。',
  leftOut: '中间 {bytes} 未保留。',
  refresh: '刷新',
}

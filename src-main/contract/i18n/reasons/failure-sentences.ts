import type { SentencePair } from './sentence-template.ts'

/** What this program says itself of attempts that it ended or lost. */
const ofAttempts: readonly SentencePair[] = [
  [
    'Training diverged: {metric:text} is {value:word} at step {step}',
    '训练发散：{metric} 在第 {step} 步为 {value}',
  ],
  [
    'The program ended with exit code {exitCode}: {tail:text}',
    '程序以退出码 {exitCode} 结束：{tail}',
  ],
  [
    'Hypergradients would be wrong: the derivative of {operation:text} ({layer:text}) is {share} % off finite differences',
    '超梯度会出错：{operation}（{layer}）的导数与有限差分相差 {share} %',
  ],
  ['session ended', '会话已结束'],
  ['suspended', '已暂停'],
  ['left to itself', '已留其自行运行'],
  ['trial took longer than {limit} ms', '试验超过了 {limit} 毫秒'],
  ['malformed metrics: {fault:sentence}', '指标格式有误：{fault}'],
  ['names must be a list of 1 to {most} texts', 'names 须为 1 至 {most} 个文本的列表'],
  ['every name must be a text of 1 to 200 characters', '每个名称须为 1 至 200 个字符的文本'],
  ['names must differ', '名称不得重复'],
  [
    'steps must be an Int32Array of at most {most} numbers',
    'steps 须为至多 {most} 个数的 Int32Array',
  ],
  [
    'values must be a Float64Array of steps × names numbers',
    'values 须为步数 × 名称数个数的 Float64Array',
  ],
  ['steps must be ≥ 0 and rise', '步须 ≥ 0 且递增'],
  [
    'the checkpoint of trial {trial} at step {step} is no longer there',
    '试验 {trial} 第 {step} 步的检查点已不存在',
  ],
  ['trainer not prepared within {limit} ms', '训练进程未能在 {limit} 毫秒内准备就绪'],
  ['trainer silent for {limit} ms', '训练进程 {limit} 毫秒没有响应'],
  [
    'trainer speaks protocol {found}, expected {expected}',
    '训练进程使用协议 {found}，应为 {expected}',
  ],
  [
    'trainer ended with exit code {exitCode}[: {tail:text}]',
    '训练进程以退出码 {exitCode} 结束[：{tail}]',
  ],
  [
    'trainer ended with signal {signal:word}[: {tail:text}]',
    '训练进程被信号 {signal} 终止[：{tail}]',
  ],
  [
    'the node failed; Slurm queued job {job:word} again',
    '节点发生故障；Slurm 已将作业 {job} 重新排队',
  ],
  [
    'job {job:word} ended in state {state:word}[: {tail:text}]',
    '作业 {job} 以状态 {state} 结束[：{tail}]',
  ],
]

/** Of trials that another program recorded. */
const ofImports: readonly SentencePair[] = [
  ['told as failed', '被告知为失败'],
  ['failed in Optuna', '在 Optuna 中失败'],
  ['the table has no value', '表格中没有值'],
  ['the table says {state:text}', '表格标为 {state}'],
]

/** Why an attempt failed. */
export const failureSentences: readonly SentencePair[] = [...ofAttempts, ...ofImports]

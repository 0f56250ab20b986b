import type { SentencePair } from './sentence-template.ts'

/** Why a verification may find something else than the record, or cannot look. */
export const verificationSentences: readonly SentencePair[] = [
  ['a person changed the settings later', '用户后来更改了设置'],
  ['{sampler:word} proposed it', '由 {sampler} 提议'],
  [
    'the study was made with {program:word} {before:word}, this is {now:word}',
    '研究由 {program} {before} 创建，现为 {now}',
  ],
  [
    'trial {trial}: engine {before:text} before, {now:text} now',
    '试验 {trial}：引擎原为 {before}，现为 {now}',
  ],
  [
    'trial {trial}: device {before:text} before, {now:text} now',
    '试验 {trial}：设备原为 {before}，现为 {now}',
  ],
  [
    'trial {trial}: {library:word} {before:text} before, absent now',
    '试验 {trial}：{library} 原为 {before}，现已没有',
  ],
  [
    'trial {trial}: {library:word} {before:text} before, {now:text} now',
    '试验 {trial}：{library} 原为 {before}，现为 {now}',
  ],
  [
    'with {slots} slots, finishes between a question and its answer are told by their order only',
    '有 {slots} 个槽位时，提问与答复之间结束的试验只能按其次序告知',
  ],
]

import type { Texts } from './messages.ts'
import type { enOptions } from './en-options.ts'

export const zhCnOptions: Texts<typeof enOptions> = {
  of: '{name} 的选项',
  count: '已设置 {set} / {count}',
  more: '更多设置',
  automatic: '自动',
  required: '必填',
  choose: '选择',
  add: '添加一个',
}

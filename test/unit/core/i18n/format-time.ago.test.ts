import { expect, it } from 'vitest'
import { formatAgo } from '../../../../src-main/core/i18n/format-time.ts'

it.each([
  [0, 'now', '现在'],
  [59_000, 'now', '现在'],
  [-5_000, 'now', '现在'],
  [60_000, '1 minute ago', '1分钟前'],
  [3_599_999, '59 minutes ago', '59分钟前'],
  [2 * 3_600_000, '2 hours ago', '2小时前'],
  [86_400_000, 'yesterday', '昨天'],
  [13 * 86_400_000, 'last week', '上周'],
  [400 * 86_400_000, 'last year', '去年'],
])('says how long ago %d ms were', (pastMs, english, chinese) => {
  const nowMs = 1_700_000_000_000
  expect(formatAgo(nowMs - pastMs, nowMs, 'en')).toBe(english)
  expect(formatAgo(nowMs - pastMs, nowMs, 'zh-CN')).toBe(chinese)
})

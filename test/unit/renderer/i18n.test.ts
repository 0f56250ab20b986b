import { expect, it } from 'vitest'
import { en } from '../../../src-renderer/i18n/en.ts'
import { zhCn } from '../../../src-renderer/i18n/zh-cn.ts'

function texts(tree: object, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [[`${path}${key}`, value] as [string, string]]
      : texts(value as object, `${path}${key}.`),
  )
}

it('has the same keys and placeholders in both languages', () => {
  const placeholders = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(String).sort()
  const chinese = new Map(texts(zhCn))
  expect([...chinese.keys()]).toEqual(texts(en).map(([key]) => key))
  for (const [key, text] of texts(en)) {
    expect(placeholders(chinese.get(key) ?? ''), key).toEqual(placeholders(text))
    expect(chinese.get(key)?.trim(), key).not.toBe('')
  }
})
